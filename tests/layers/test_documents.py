from __future__ import annotations

import pytest

from cfngen.layers import documents

SENDING = {"RegionRole": "active", "PeerRegion": "eu-central-1", "ReplicateToStandby": "true"}
BUCKET = "${Project}-${Environment}-docs-${AWS::AccountId}-${AWS::Region}${StoreGeneration}"
PEER = "${Project}-${Environment}-docs-${AWS::AccountId}-${PeerRegion}${StoreGeneration}"


def resources(deployed, **values):
    return deployed(documents, **({"RegionRole": "active", "PeerRegion": "none"} | values))[0]


def bucket(deployed, **values):
    return resources(deployed, **values)["DocumentsBucket"]["Properties"]


def statements(found, name):
    return {s["Sid"]: s for s in found[name]["Properties"]["PolicyDocument"]["Statement"]}


def test_the_buckets_name_is_known_so_that_the_other_region_can_send_to_it(deployed):
    assert bucket(deployed)["BucketName"] == {"Fn::Sub": BUCKET}


def test_documents_are_encrypted_with_the_data_key_versioned_and_closed(deployed):
    found = bucket(deployed)
    (rule,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": "DataKeyArn"}}
    assert found["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(found["PublicAccessBlockConfiguration"].values()) == {True}
    assert found["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_plain_text_and_old_tls_are_refused(deployed):
    found = statements(resources(deployed), "DocumentsBucketPolicy")

    assert found["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": False}}
    assert found["ModernTlsOnly"]["Condition"] == {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    assert {(s["Effect"], s["Principal"]) for s in found.values()} == {("Deny", "*")}


def test_access_is_logged_and_changes_are_events(deployed):
    found = bucket(deployed)

    assert found["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": "AccessLogsBucket"}
    assert found["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_only_pages_of_the_geographys_own_hostname_may_upload(deployed):
    (rule,) = bucket(deployed)["CorsConfiguration"]["CorsRules"]

    assert rule["AllowedOrigins"] == [{"Fn::Sub": "https://${Geography}.${DomainName}"}]
    assert rule["AllowedMethods"] == ["GET", "PUT"]


def test_a_document_stays_and_an_old_version_of_it_goes_after_its_time(deployed):
    (rule,) = bucket(deployed, OldDocumentsDays="90")["LifecycleConfiguration"]["Rules"]

    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": "90"}
    assert "ExpirationInDays" not in rule


def test_documents_outlive_their_stack(deployed):
    found = resources(deployed)["DocumentsBucket"]

    assert (found["DeletionPolicy"], found["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_an_active_region_replicates_to_the_other_one_under_that_ones_key(deployed):
    (rule,) = bucket(deployed, **SENDING)["ReplicationConfiguration"]["Rules"]
    to = rule["Destination"]

    assert rule["Status"] == "Enabled"
    assert rule["SourceSelectionCriteria"] == {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    assert to["Bucket"] == {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{PEER}"}
    assert to["EncryptionConfiguration"]["ReplicaKmsKeyID"] == {
        "Fn::Sub": "arn:${AWS::Partition}:kms:${PeerRegion}:${AWS::AccountId}:alias/${Project}-${Environment}-data-key"
    }
    assert to["ReplicationTime"] == {"Status": "Enabled", "Time": {"Minutes": 15}}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"PeerRegion": "none"}, id="no other region"),
        pytest.param({"RegionRole": "standby"}, id="the standby itself"),
        pytest.param({"ReplicateToStandby": "false"}, id="the first deployment"),
    ],
)
def test_nothing_is_replicated_where_nothing_could_receive(deployed, values):
    found = resources(deployed, **SENDING | values)

    assert "ReplicationConfiguration" not in found["DocumentsBucket"]["Properties"]
    assert not {"ReplicationRole", "ReplicationPolicy"} & set(found)


def test_the_first_deployment_replicates_nothing_by_default():
    assert documents.standby.REPLICATE_TO_STANDBY.Default == "false"


def test_the_replication_role_reads_here_writes_there_and_reencrypts_in_between(deployed):
    found = resources(deployed, **SENDING)
    rights = statements(found, "ReplicationPolicy")

    assert rights["WritesReplica"]["Resource"] == [{"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{PEER}/*"}]
    assert rights["Decrypts"]["Resource"] == [{"Ref": "DataKeyArn"}]
    condition = rights["EncryptsReplica"]["Condition"]
    assert condition["StringEquals"] == {"kms:ViaService": {"Fn::Sub": "s3.${PeerRegion}.amazonaws.com"}}
    assert condition["ForAnyValue:StringEquals"] == {
        "kms:ResourceAliases": {"Fn::Sub": "alias/${Project}-${Environment}-data-key"}
    }
    (trust,) = found["ReplicationRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "s3.amazonaws.com"}


def test_the_app_gets_this_bucket_its_key_and_textract_and_nothing_else(deployed):
    rights = statements(resources(deployed), "DocumentsPolicy")
    actions = {action.partition(":")[0] for s in rights.values() for action in s["Action"]}

    assert actions == {"s3", "kms", "textract"}
    assert rights["Finds"]["Resource"] == [{"Fn::GetAtt": ["DocumentsBucket", "Arn"]}]
    assert rights["Keeps"]["Resource"] == [{"Fn::Sub": "arn:${AWS::Partition}:s3:::${DocumentsBucket}/*"}]
    assert rights["Encrypts"]["Resource"] == [{"Ref": "DataKeyArn"}]
    assert rights["ReadsText"]["Condition"] == {"StringEquals": {"aws:RequestedRegion": {"Ref": "AWS::Region"}}}


def test_the_app_cannot_lose_a_document(deployed):
    rights = statements(resources(deployed), "DocumentsPolicy")

    assert not {"s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"} & set(rights["Keeps"]["Action"])
