from __future__ import annotations

import pytest

from cfngen.config import load_environments
from cfngen.errors import CfngenError
from cfngen.verify import PROOFS, verify


def test_every_proof_is_given_with_its_count(surveyed, tmp_path):
    surveyed()
    proofs = verify(load_environments(tmp_path / "params"), tmp_path / "out")
    assert [proof.name for proof in proofs] == list(PROOFS)
    assert all(proof.holds and proof.facts_checked for proof in proofs)


def test_one_environment_alone_can_be_verified(surveyed, tmp_path):
    surveyed()
    dev, _ = load_environments(tmp_path / "params")
    proofs = verify([dev], tmp_path / "out")
    assert all(proof.holds for proof in proofs)


def test_a_folder_without_the_templates_is_refused(surveyed, tmp_path):
    surveyed()
    with pytest.raises(CfngenError, match="cfngen build"):
        verify(load_environments(tmp_path / "params"), tmp_path / "nowhere")
