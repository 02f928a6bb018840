"""Slack channel configurations: create, describe, update, delete, tags; the service is global."""

from __future__ import annotations

from typing import Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.utilities.tagging_service import TaggingService

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, page, responder

INVALID: Final = "InvalidParameterException"
UPDATABLE: Final = (
    "SlackChannelId",
    "SlackChannelName",
    "SnsTopicArns",
    "IamRoleArn",
    "LoggingLevel",
    "GuardrailPolicyArns",
    "UserAuthorizationRequired",
)
DEFAULT_GUARDRAIL: Final = "arn:aws:iam::aws:policy/AdministratorAccess"


class ChatbotBackend(BaseBackend):
    """AWS Chatbot in one account; what one Region makes, every Region sees."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.configurations: dict[str, Shape] = {}
        self.tagger = TaggingService(key_name="TagKey", value_name="TagValue")

    @operation
    def create_slack_channel_configuration(self, request: Shape) -> Shape:
        """CreateSlackChannelConfiguration: the name is unique in the account; role and topics must exist.

        On AWS an administrator has authorised the workspace in the console before; here every workspace is.
        """
        home = self._home()
        name = request["ConfigurationName"]
        arn = f"arn:{self.partition}:chatbot::{self.account_id}:chat-configuration/slack-channel/{name}"
        if arn in home.configurations:
            raise AwsError("ConflictException", f"A configuration with the name {name} already exists")
        shape: Shape = {
            "SlackTeamName": "local",
            "SlackTeamId": request["SlackTeamId"],
            "SlackChannelName": "local",
            "ChatConfigurationArn": arn,
            "ConfigurationName": name,
            "SnsTopicArns": [],
            "LoggingLevel": "NONE",
            "GuardrailPolicyArns": [DEFAULT_GUARDRAIL],
            "UserAuthorizationRequired": False,
            "State": "ENABLED",
        } | {member: request[member] for member in UPDATABLE if request.get(member) is not None}
        home.check(shape)
        home.configurations[arn] = shape
        home.tagger.tag_resource(arn, request.get("Tags") or [])
        return {"ChannelConfiguration": home.shape(arn)}

    @operation
    def describe_slack_channel_configurations(self, request: Shape) -> Shape:
        """DescribeSlackChannelConfigurations, all or one."""
        home = self._home()
        arn = request.get("ChatConfigurationArn")
        shapes = [home.shape(known) for known in home.configurations if arn in (None, known)]
        rows, token = page(shapes, request, INVALID)
        return {"SlackChannelConfigurations": rows, "NextToken": token}

    @operation
    def update_slack_channel_configuration(self, request: Shape) -> Shape:
        """UpdateSlackChannelConfiguration."""
        home = self._home()
        arn = request["ChatConfigurationArn"]
        changed = home.known(arn) | {member: request[member] for member in UPDATABLE if request.get(member) is not None}
        home.check(changed)
        home.configurations[arn] = changed
        return {"ChannelConfiguration": home.shape(arn)}

    @operation
    def delete_slack_channel_configuration(self, request: Shape) -> Shape:
        """DeleteSlackChannelConfiguration."""
        home = self._home()
        home.known(request["ChatConfigurationArn"])
        del home.configurations[request["ChatConfigurationArn"]]
        home.tagger.delete_all_tags_for_resource(request["ChatConfigurationArn"])
        return {}

    @operation
    def tag_resource(self, request: Shape) -> Shape:
        """TagResource."""
        home = self._home()
        home.known(request["ResourceARN"])
        home.tagger.tag_resource(request["ResourceARN"], request["Tags"])
        return {}

    @operation
    def untag_resource(self, request: Shape) -> Shape:
        """UntagResource."""
        home = self._home()
        home.known(request["ResourceARN"])
        home.tagger.untag_resource_using_names(request["ResourceARN"], request["TagKeys"])
        return {}

    @operation
    def list_tags_for_resource(self, request: Shape) -> Shape:
        """ListTagsForResource."""
        home = self._home()
        home.known(request["ResourceARN"])
        return {"Tags": home.tagger.list_tags_for_resource(request["ResourceARN"])["Tags"]}

    def known(self, arn: str) -> Shape:
        """Look a configuration up by its ARN."""
        if arn not in self.configurations:
            raise AwsError("ResourceNotFoundException", f"Configuration {arn} does not exist")
        return self.configurations[arn]

    def shape(self, arn: str) -> Shape:
        """Shape `SlackChannelConfiguration`."""
        return {**self.configurations[arn], "Tags": self.tagger.list_tags_for_resource(arn)["Tags"]}

    def check(self, shape: Shape) -> None:
        """Refuse a role or topic that does not exist."""
        from moto.iam.models import iam_backends
        from moto.sns.models import sns_backends

        roles = iam_backends[self.account_id][self.partition].roles.values()
        if shape["IamRoleArn"] not in {role.arn for role in roles}:
            raise AwsError(INVALID, f"Role {shape['IamRoleArn']} does not exist")
        for topic in shape["SnsTopicArns"]:
            region = topic.split(":")[3]
            if topic not in sns_backends[self.account_id][region].topics:
                raise AwsError(INVALID, f"Topic {topic} does not exist")

    def _home(self) -> ChatbotBackend:
        home: ChatbotBackend = chatbot_backends[self.account_id]["us-east-2"]
        return home


chatbot_backends = BackendDict(ChatbotBackend, "ec2")  # its data has no Regions of its own in botocore
ChatbotResponse = responder("chatbot", chatbot_backends, ChatbotBackend, INVALID)
