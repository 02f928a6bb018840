"""What no schema tells of the resource types that name parts of networks: what they put there, and where without one.

Every type that takes a subnet, a subnet group, a VPC, a security group or an interface is a kind of the model, or has
its place in exactly one table here, or must be given a subnet and so is a workload in it; a test holds that.
"""

from __future__ import annotations

from .schema import takes


def _tokens(*groups: str) -> frozenset[str]:
    """Spell types out: each group is a service and the names of its types."""
    return frozenset(
        f"aws:{service}/{name[0].lower()}{name[1:]}:{name}"
        for service, *names in (group.split() for group in groups)
        for name in names
    )


REFERENCES = _tokens(
    "alb TargetGroup",
    "applicationloadbalancing TargetGroup",
    "apprunner VpcIngressConnection",
    "ec2 DefaultNetworkAcl DefaultSecurityGroup Eip EipAssociation EncryptionControl FlowLog LaunchConfiguration"
    " LocalGatewayRouteTableVpcAssociation NetworkAcl NetworkAclAssociation NetworkInterfacePermission"
    " NetworkInterfaceSecurityGroupAttachment SecurityGroup SecurityGroupAssociation SecurityGroupRule"
    " SubnetCidrReservation TrafficMirrorSession TrafficMirrorTarget VpcBlockPublicAccessExclusion"
    " VpcDhcpOptionsAssociation VpcEncryptionControl VpcSecurityGroupRulesExclusive",
    "ec2clientvpn Endpoint Route",
    "ec2transitgateway MulticastDomainAssociation MulticastGroupMember MulticastGroupSource",
    "elasticloadbalancingv2 TargetGroup",
    "fsx S3AccessPointAttachment",
    "lb TargetGroup",
    "networkmanager ConnectPeer Device",
    "redshift EndpointAuthorization",
    "route53 ResolverRuleAssociation VpcAssociationAuthorization Zone ZoneAssociation",
    "s3 AccessPoint",
    "servicediscovery PrivateDnsNamespace",
    "storagegateway CachesIscsiVolume StoredIscsiVolume",
    "vpc RouteServerVpcAssociation SecurityGroupEgressRule SecurityGroupIngressRule SecurityGroupVpcAssociation",
    "vpclattice ServiceNetworkVpcAssociation TargetGroup",
)
"""They refer to a network without putting anything into it that sends packets of its own accord."""

NEUTRAL = _tokens(
    # Endpoints of PrivateLink, which answer to those who call them, as aws:ec2/vpcEndpoint does.
    "elasticsearch VpcEndpoint",
    "msk VpcConnection",
    "neptunegraph PrivateGraphEndpoint",
    "opensearch ServerlessVpcEndpoint VpcEndpoint",
    "opensearchingest PipelineEndpoint",
    "redshift EndpointAccess",
    "redshiftserverless EndpointAccess",
    # Parts of the network itself.
    "ec2transitgateway InstanceConnectEndpoint",
    "networkmanager VpcAttachment",
    "route53 ResolverEndpoint",
    "vpc RouteServerEndpoint",
)
"""They live in subnets, and make them neither a workload's nor infrastructure."""

DEFAULT_VPC = _tokens(
    "autoscaling Group",
    "cloud9 EnvironmentEC2",
    "dax Cluster",
    "dms InstanceProfile ReplicationConfig ReplicationInstance",
    "docdb Cluster ElasticCluster",
    "ec2 Fleet Instance SpotFleetRequest SpotInstanceRequest",
    "ecs ExpressGatewayService",
    "elasticache Cluster ReplicationGroup ServerlessCache",
    "elasticbeanstalk Environment",
    "emr Cluster",
    "gamelift GameServerGroup",
    "imagebuilder InfrastructureConfiguration",
    "m2 Environment",
    "memorydb Cluster",
    "mq Broker",
    "neptune Cluster",
    "rds Cluster Instance",
    "redshift Cluster",
    "redshiftserverless Workgroup",
)
"""Without a subnet they run in the account's default VPC."""

NO_VPC = _tokens(
    "agentregistry Registry",
    "appstream Fleet ImageBuilder",
    "bedrock AgentcoreAgentRuntime AgentcoreBrowser AgentcoreCodeInterpreter AgentcoreGateway AgentcoreGatewayTarget"
    " AgentcoreHarness AgentcoreOauth2CredentialProvider AgentcoreRegistry CustomModel",
    "bedrockmodel InvocationJob",
    "codebuild Fleet Project",
    "codeconnections Host",
    "codestarconnections Host",
    "comprehend DocumentClassifier EntityRecognizer",
    "datasync Agent",
    "devicefarm TestGridProject",
    "elasticsearch Domain",
    "emrserverless Application",
    "glue Connection DevEndpoint",
    "grafana Workspace",
    "kinesis FirehoseDeliveryStream",
    "kinesisanalyticsv2 Application",
    "lambda CoreNetworkConnector Function",
    "medialive Channel Input",
    "opensearch Domain",
    "opensearchingest Pipeline",
    "sagemaker DataQualityJobDefinition HyperParameterTuningJob LabelingJob Model MonitoringSchedule NotebookInstance"
    " TrainingJob Workforce",
    "synthetics Canary",
    "transfer Server WebApp",
)
"""Without a subnet they run outside of every VPC of the account."""

SAID_ELSEWHERE = _tokens(
    # the cluster, directory, domain or file system that they belong to, the instances that they run on
    "amp Scraper",
    "batch ComputeEnvironment",
    "cloudhsmv2 Hsm",
    "cloudwatch EventTarget",
    "datasync FsxOpenZfsFileSystem LocationFsxLustre LocationFsxOntapFileSystem LocationFsxWindows",
    "ecs CapacityProvider Service TaskSet",
    "msk Replicator",
    "neptune ClusterInstance",
    "pipes Pipe",
    "rds ClusterInstance",
    "sagemaker UserProfile",
    "scheduler Schedule",
    "workspaces Directory",
    # AWS refuses them
    "directoryservice Directory",
    "eks FargateProfile",
    "verifiedaccess Endpoint",
)
"""Without a subnet they run where something else says, or not at all."""

FOLLOWED = {
    "aws:elasticache/cluster:Cluster": "replicationGroupId",
    "aws:rds/instance:Instance": "replicateSourceDb",
}
"""Type -> the property naming what it stays beside when it is given no subnet group."""

TEMPLATES = ("launchTemplate", "mixedInstancesPolicy", "launchTemplateConfigs")
"""Properties that hold launch templates, which may name subnets."""

LISTED = {
    "aws:cloudformation/stack:Stack": "parameters",
    "aws:cloudformation/stackSet:StackSet": "parameters",
    "aws:datazone/environmentBlueprintConfiguration:EnvironmentBlueprintConfiguration": "regionalParameters",
    "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate": "settings",
    "aws:elasticbeanstalk/environment:Environment": "settings",
    "aws:sagemaker/project:Project": "serviceCatalogProvisioningDetails",
    "aws:serverlessrepository/cloudFormationStack:CloudFormationStack": "parameters",
    "aws:servicecatalog/provisionedProduct:ProvisionedProduct": "provisioningParameters",
}
"""Type -> the property with settings of the user's own naming, subnets maybe among them."""

NATIVE_DEFAULT_VPC: dict[str, tuple[str, ...]] = {
    "aws-native:amazonmq:Broker": (),
    "aws-native:autoscaling:AutoScalingGroup": (),
    "aws-native:cloud9:EnvironmentEc2": (),
    "aws-native:dax:Cluster": ("subnetGroupName",),
    "aws-native:dms:ReplicationInstance": ("replicationSubnetGroupIdentifier",),
    "aws-native:docdb:DbCluster": ("dbSubnetGroupName",),
    "aws-native:docdbelastic:Cluster": (),
    "aws-native:ec2:Ec2Fleet": (),
    "aws-native:ec2:Instance": (),
    "aws-native:ec2:SpotFleet": (),
    "aws-native:ecs:ExpressGatewayService": (),
    "aws-native:elasticache:CacheCluster": ("cacheSubnetGroupName",),
    "aws-native:elasticache:ReplicationGroup": ("cacheSubnetGroupName",),
    "aws-native:elasticache:ServerlessCache": (),
    "aws-native:elasticbeanstalk:Environment": ("optionSettings", "templateName"),
    "aws-native:emr:Cluster": (),
    "aws-native:gamelift:GameServerGroup": (),
    "aws-native:imagebuilder:InfrastructureConfiguration": (),
    "aws-native:m2:Environment": (),
    "aws-native:memorydb:Cluster": ("subnetGroupName",),
    "aws-native:neptune:DbCluster": ("dbSubnetGroupName",),
    "aws-native:rds:DbCluster": ("dbSubnetGroupName",),
    "aws-native:rds:DbInstance": ("dbSubnetGroupName", "dbClusterIdentifier", "sourceDbInstanceIdentifier"),
    "aws-native:redshift:Cluster": ("clusterSubnetGroupName",),
    "aws-native:redshiftserverless:Workgroup": (),
}
"""Types that run in the default VPC, as the provider aws-native and, but for case, CloudFormation call them -> the
properties that may put them elsewhere."""

_NATIVE_REFERENCES = ("aws-native:ec2:Subnet", "aws-native:ec2:NetworkAcl", "aws-native:ec2:FlowLog")
_NATIVE_ROLES = {
    ":LoadBalancer": "balancer",
    ":NatGateway": "infrastructure",
    ":TransitGatewayAttachment": "attachment",
    ":TransitGatewayVpcAttachment": "attachment",
}

SHARES = {
    "aws:ram/resourceAssociation:ResourceAssociation": "resourceArn",
    "aws-native:ram:ResourceShare": "resourceArns",
}
"""Types that share something with other accounts -> the property that says what."""


def role(token: str) -> str:
    """Return what a type without a kind is to a subnet: a role of ``Occupant``, or nothing at all ("").

    A type that the schema doesn't know yet is a workload, wherever it names a subnet.
    """
    if token.startswith("aws-native:"):
        if token.startswith(_NATIVE_REFERENCES):
            return ""
        return next((its_role for end, its_role in _NATIVE_ROLES.items() if token.endswith(end)), "workload")
    if token in REFERENCES:
        return ""
    if token in NEUTRAL:
        return "neutral"
    taken = takes(token)
    silent = taken is not None and not taken.subnets and not taken.groups
    return "" if silent and token not in DEFAULT_VPC and token not in LISTED else "workload"


def read_whole(token: str) -> bool:
    """Tell whether more of a type without a kind is read than the inputs that name parts of networks."""
    return token in DEFAULT_VPC or token in LISTED or token in SHARES
