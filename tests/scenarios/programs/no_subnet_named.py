"""Each service that AWS runs in the account's default VPC unless it is given subnets, without any.

emr, sql, env … -> (the account's default VPC)
"""

import json

import pulumi
import pulumi_aws as aws

from tests.scenarios.parts import trusted_by

ROLE, PROFILE = "arn:aws:iam::123456789012:role/emr", "arn:aws:iam::123456789012:instance-profile/emr"
launch = aws.ec2.LaunchTemplate("launch", image_id="ami-0123456789abcdef0", instance_type="t3.micro")
application = aws.elasticbeanstalk.Application("application")
bare = aws.elasticbeanstalk.ConfigurationTemplate(
    "bare", application=application.name, settings=[{"namespace": "aws:asg", "name": "MinSize", "value": "1"}]
)
role = aws.iam.Role("role", assume_role_policy=trusted_by("dax"))

aws.autoscaling.Group("asg", min_size=1, max_size=1, launch_template={"id": launch.id})
aws.cloud9.EnvironmentEC2("ide", instance_type="t3.micro", image_id="amazonlinux-2023-x86_64")
aws.dax.Cluster("dax", cluster_name="dax", iam_role_arn=role.arn, node_type="dax.t3.small", replication_factor=1)
aws.dms.ReplicationInstance("migration", replication_instance_class="dms.t3.micro", replication_instance_id="migration")
aws.docdb.Cluster("documents", master_username="admin", master_password="0123456789")
aws.docdb.ElasticCluster(
    "shards",
    admin_user_name="admin",
    admin_user_password="0123456789",
    auth_type="PLAIN_TEXT",
    shard_capacity=2,
    shard_count=1,
)
aws.ec2.Fleet(
    "fleet",
    launch_template_configs=[{"launch_template_specification": {"launch_template_id": launch.id, "version": "1"}}],
    target_capacity_specification={"default_target_capacity_type": "spot", "total_target_capacity": 1},
)
aws.ec2.Instance("instance", ami="ami-0123456789abcdef0", instance_type="t3.micro")
aws.ecs.ExpressGatewayService(
    "express",
    execution_role_arn=role.arn,
    infrastructure_role_arn=role.arn,
    primary_container={"image": "nginx"},
)
aws.elasticache.Cluster("memcached", engine="memcached", node_type="cache.t4g.micro", num_cache_nodes=1)
aws.elasticache.ReplicationGroup("redis", description="redis", node_type="cache.t4g.micro")
aws.elasticache.ServerlessCache("serverless-cache", engine="valkey", name="serverless-cache")
aws.elasticbeanstalk.Environment("env", application=application.name)
aws.elasticbeanstalk.Environment("env-by-template", application=application.name, template_name=bare.name)
aws.emr.Cluster(
    "emr",
    release_label="emr-7.5.0",
    service_role=ROLE,
    applications=["Spark"],
    ec2_attributes={"instance_profile": PROFILE},
    master_instance_group={"instance_type": "m5.xlarge"},
)
aws.imagebuilder.InfrastructureConfiguration("image-builder", instance_profile_name="builder")
aws.memorydb.Cluster("memorydb", acl_name="open-access", node_type="db.t4g.small")
aws.mq.Broker(
    "broker",
    broker_name="broker",
    engine_type="ActiveMQ",
    engine_version="5.18",
    host_instance_type="mq.t3.micro",
    users=[{"username": "admin", "password": "0123456789abc"}],
)
aws.neptune.Cluster("graph")
aws.rds.Cluster("aurora", engine="aurora-postgresql", master_username="admin", manage_master_user_password=True)
aws.rds.ClusterInstance(
    "aurora-one", cluster_identifier="aurora", engine="aurora-postgresql", instance_class="db.t4g.medium"
)
sql = aws.rds.Instance("sql", identifier="sql", instance_class="db.t4g.micro", engine="postgres", allocated_storage=20)
aws.rds.Instance("sql-replica", instance_class="db.t4g.micro", replicate_source_db=sql.identifier)
aws.rds.Instance("sql-default", instance_class="db.t4g.micro", engine="postgres", db_subnet_group_name="default")
aws.redshift.Cluster("warehouse", cluster_identifier="warehouse", node_type="ra3.large")
aws.redshiftserverless.Workgroup("workgroup", workgroup_name="workgroup", namespace_name="namespace")
aws.ec2.SpotFleetRequest(
    "spot-fleet",
    iam_fleet_role=role.arn,
    target_capacity=1,
    launch_specifications=[{"ami": "ami-0123456789abcdef0", "instance_type": "t3.micro"}],
)
# Through other doors: a template, and Cloud Control.
aws.cloudformation.Stack(
    "stack", template_body=json.dumps({"Resources": {"Box": {"Type": "AWS::EC2::Instance", "Properties": {}}}})
)
aws.cloudcontrol.Resource(
    "controlled", type_name="AWS::EMR::Cluster", desired_state=pulumi.Output.json_dumps({"Instances": {}})
)

STRAYS = (
    "asg,aurora,broker,controlled,dax,documents,emr,env,env-by-template,express,fleet,graph,ide,image-builder,instance"
    ",memcached,memorydb,migration,redis,serverless-cache,shards,spot-fleet,sql,sql-default,stack,warehouse,workgroup"
)
PREVIEW = [f"egress-through-firewall undecided {STRAYS}"]
UP = PREVIEW
