"""Where data lives: databases, tables, caches, file systems, buckets, secrets."""

import pulumi
import pulumi_aws as aws

vpc = aws.ec2.Vpc("data", cidr_block="10.22.0.0/16")
subnets = [
    aws.ec2.Subnet(f"data-{zone}", vpc_id=vpc.id, cidr_block=f"10.22.{n}.0/24", availability_zone=f"eu-west-1{zone}").id
    for n, zone in enumerate("ab")
]
group = aws.rds.SubnetGroup("shop", subnet_ids=subnets)
database = aws.rds.Instance(
    "shop",
    engine="postgres",
    instance_class="db.t4g.micro",
    allocated_storage=20,
    db_subnet_group_name=group.name,
    username="shop",
    password=pulumi.Output.secret("sesame"),
    skip_final_snapshot=True,
)
aws.rds.Cluster(
    "orders",
    engine="aurora-postgresql",
    db_subnet_group_name=group.name,
    master_username="shop",
    manage_master_user_password=True,
)
table = aws.dynamodb.Table(
    "carts",
    attributes=[{"name": "id", "type": "S"}],
    hash_key="id",
    billing_mode="PAY_PER_REQUEST",
    ttl={"attribute_name": "until", "enabled": True},
)
aws.elasticache.ReplicationGroup(
    "sessions",
    description="sessions",
    node_type="cache.t4g.micro",
    num_cache_clusters=2,
    subnet_group_name=aws.elasticache.SubnetGroup("sessions", subnet_ids=subnets).name,
)
files = aws.efs.FileSystem("uploads", encrypted=True)
aws.efs.MountTarget("uploads", file_system_id=files.id, subnet_id=subnets[0])
bucket = aws.s3.Bucket("uploads", acl="private", cors_rules=[{"allowed_methods": ["GET"], "allowed_origins": ["*"]}])
aws.s3.BucketVersioning("uploads", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
secret = aws.secretsmanager.Secret("database")
aws.secretsmanager.SecretVersion(
    "database", secret_id=secret.id, secret_string=pulumi.Output.concat("postgres://", database.endpoint)
)
aws.opensearch.Domain("search", engine_version="OpenSearch_2.11", cluster_config={"instance_type": "t3.small.search"})
pulumi.export("table", table.name)
