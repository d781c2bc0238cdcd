from __future__ import annotations

from pathlib import Path

import pytest

from cfngen.environment.config import load_environments
from cfngen.errors import CfngenError
from cfngen.verify import PROOFS, verify

HOME = Path(__file__).parent.parent.parent


def test_every_proof_holds_for_the_templates_and_environments_of_this_repository():
    proofs = verify(load_environments(HOME / "params"), HOME / "templates_out")
    assert [proof.name for proof in proofs] == list(PROOFS)
    assert [finding for proof in proofs for finding in proof.findings] == []
    assert all(proof.facts_checked for proof in proofs)


def test_one_environment_alone_can_be_verified(surveyed, tmp_path):
    surveyed()
    dev, prod = load_environments(tmp_path / "params")
    alone, together = verify([dev], tmp_path / "out"), verify([dev, prod], tmp_path / "out")
    assert [proof.name for proof in alone] == list(PROOFS)
    assert all(0 < one.facts_checked < both.facts_checked for one, both in zip(alone, together, strict=True))


def test_a_folder_without_the_templates_is_refused(surveyed, tmp_path):
    surveyed()
    with pytest.raises(CfngenError, match="cfngen build"):
        verify(load_environments(tmp_path / "params"), tmp_path / "nowhere")
