"""Who changes what guards the network is told of, and the topic and its key let those events in, and no others."""

from __future__ import annotations

import json
import re
from importlib import import_module

import pytest

from components.common.encryption import key_policy
from components.common.environment import Environment
from components.watch.alarm import topic_policy
from components.watch.guards import CHANGES, Guards, GuardsArgs, blindings, changes, silences, uses
from tests.components.recorder import ACCOUNT, REGION, run

HERE = Environment(partition="aws", account=ACCOUNT, region=REGION, zones=())
SERVICES = {
    "aws.ec2": "ec2",
    "aws.network-firewall": "network-firewall",
    "aws.route53resolver": "route53resolver",
    "aws.route53profiles": "route53profiles",
    "aws.ram": "ram",
}
READ_ONLY = re.compile("Describe|List|Get|Search|Start|Export|Tag|Untag")
NOT_TOLD = {
    "network-firewall": {
        "makes something that nothing uses yet": "Create.*",
        "can't be deleted while it is used": "Delete(TLSInspectionConfiguration|ContainerAssociation|Proxy)",
        "of proxies, TLS inspection and containers, which no stack has": "Update(ProxySettings|TLS.*|Container.*)",
        "of attachments, which a table must name before packets come": "(Accept|Reject).*Attachment",
        "changes no verdict": "Update(FirewallDescription|FirewallEncryptionConfiguration|FirewallAnalysisSettings)",
        "says who may see it": "(Put|Delete)ResourcePolicy",
    },
    "route53resolver": {
        "makes something that nothing uses yet": "Create(FirewallDomainList|FirewallRuleGroup|ResolverQueryLogConfig)",
        "can't be deleted while it is used": "Delete(FirewallDomainList|FirewallRuleGroup)",
        "logs more": "AssociateResolverQueryLogConfig",
        "says who may see it": "Put.*Policy",
    },
    "route53profiles": {"makes something that nothing uses yet": "CreateProfile"},
}
"""What changes something and is not told, and why not."""
ROLE = f"arn:aws:iam::{ACCOUNT}:role/responder"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:hub-watch-drop-topic-0123456"
KEY_ID = "11112222-3333-4444-5555-666677778888"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_ID}"
GROUP = "/aws/vendedlogs/hub/alert"
OWN = {"topic_arn": TOPIC, "prefix": "hub-", "kms_key_arn": KEY, "alert_log_group": GROUP}
WATCH = silences("hub-", TOPIC, KEY, GROUP)
CLIENTS = {"monitoring": "cloudwatch"}
NOT_A_SILENCE = {
    "events": {
        "of other buses, archives and connections": ".*(EventBus|Archive|Replay|Connection|ApiDestination|Endpoint)",
        "of partners' sources": ".*(EventSource|PartnerEvents)",
        "says who may send to a bus": "(Put|Remove)Permission",
        "tells more": "PutEvents|EnableRule",
        "only looks": "TestEventPattern",
    },
    "sns": {
        "makes something that nobody is told by yet": "CreateTopic|ConfirmSubscription",
        "of phones and apps, which no stack has": ".*(Platform|Endpoint|PhoneNumber|SMS).*",
        "is told itself, not of who tells": "Publish(Batch)?",
    },
    "monitoring": {
        "of dashboards, rankings and streams, which tell nobody": ".*(Dashboard|InsightRule|MetricStream|Anomaly).*",
        "of an account's metrics and their keys": ".*(OTel|Dataset|ResourceMetrics|MetricDataQuery|MetricData).*",
        "tells more": "EnableAlarmActions|DeleteAlarmMuteRule",
        "makes another kind of alarm, which no stack has": "Put(CompositeAlarm|LogAlarm)",
    },
}
"""What of the services by which people are told changes something, and is not told, and why not."""


@pytest.mark.parametrize("what", CHANGES)
def test_every_call_that_is_told_is_one_of_its_services(what):
    boto3 = import_module("boto3")
    sources, calls = CHANGES[what]
    known = {
        name
        for source in sources
        for name in boto3.client(SERVICES[source], region_name=REGION).meta.service_model.operation_names
    }
    assert [call for call in calls if call not in known] == []


@pytest.mark.parametrize("service", NOT_TOLD)
def test_every_change_of_a_guards_service_is_told_or_has_a_reason(service):
    boto3 = import_module("boto3")
    told = {call for _sources, calls in CHANGES.values() for call in calls}
    names = boto3.client(service, region_name=REGION).meta.service_model.operation_names
    of_dns = re.compile("Firewall|QueryLog") if service == "route53resolver" else re.compile("")
    changing = {name for name in names if not READ_ONLY.match(name) and of_dns.search(name)}
    reasoned = {name for name in changing for why in NOT_TOLD[service].values() if re.fullmatch(why, name)}
    assert changing - told - reasoned == set()


def test_every_way_to_change_where_packets_go_is_told():
    """Of EC2: what puts a route, or a propagated or listed one, into a table, or hands packets to another table."""
    told = set(CHANGES["routes"][1])
    kinds = "Route|RouteTableAssociation|PrefixListReference"
    made = f"(Create|Replace|Modify|Delete)(TransitGateway)?({kinds})"
    turned = "(Enable|Disable|Associate|Disassociate|Replace)"
    handed = f"{turned}(TransitGateway)?(RouteTable|PolicyTable)(Association|Propagation)?"
    propagated = "Enable(Vgw|RouteServer|TransitGateway)(Route|RouteTable)?Propagation"
    names = import_module("boto3").client("ec2", region_name=REGION).meta.service_model.operation_names
    ways = {name for name in names if any(re.fullmatch(each, name) for each in (made, handed, propagated))}
    assert len(ways) > 15
    assert ways - told <= {"DisassociateTransitGatewayPolicyTable"}, "after it packets have no table at all"


def test_each_rule_has_the_topic_for_its_target_and_a_pattern_that_eventbridge_takes():
    long = {**OWN, "prefix": "p" * 28 + "-", "topic_arn": TOPIC + "t" * 40, "alert_log_group": GROUP + "g" * 28}
    recorded = run(
        lambda: Guards("hub-guards", GuardsArgs(**long, responder_role_arn=ROLE, audit_function="hub-audit"))
    )
    rules = recorded.of_type("eventRule:EventRule")
    assert sorted(rules) == [f"hub-guards-{what}" for what in sorted([*CHANGES, "responder", "audit", "watch"])]
    # 2,048 characters are the default quota of a pattern.
    assert max(len(rule["eventPattern"]) for rule in rules.values()) < 2_048
    targets = recorded.of_type("eventTarget:EventTarget").values()
    assert {target["arn"] for target in targets} == {long["topic_arn"]}
    assert len({target["rule"] for target in targets}) == len(rules)


def test_without_a_responder_or_an_audit_there_is_no_rule_for_it():
    recorded = run(lambda: Guards("g", GuardsArgs(**OWN)))
    assert not {"g-responder", "g-audit"} & set(recorded.of_type("eventRule:EventRule"))


def matches(pattern, event):
    """EventBridge's matching, as far as these patterns use it."""
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(matches(each, event) for each in wanted):
                return False
        elif isinstance(wanted, dict):
            if not matches(wanted, event.get(key) or {}):
                return False
        elif wanted == [{"exists": False}]:
            if key in event:
                return False
        elif not any(_is(each, value) for each in wanted for value in _values(event.get(key))):
            return False
    return True


def _values(found):
    return found if isinstance(found, list) else [found]


def _is(wanted, value):
    if not isinstance(wanted, dict):
        return wanted == value
    ((how, text),) = wanted.items()
    return isinstance(value, str) and {"prefix": value.startswith, "suffix": value.endswith}[how](text)


def call(source, name, **detail):
    return {"source": source, "detail-type": "AWS API Call via CloudTrail", "detail": {"eventName": name, **detail}}


def test_a_route_beside_the_firewall_is_told_and_a_call_that_failed_is_not():
    pattern = changes(*CHANGES["routes"])
    assert matches(pattern, call("aws.ec2", "CreateRoute"))
    assert not matches(pattern, call("aws.ec2", "CreateRoute", errorCode="Client.UnauthorizedOperation"))
    assert not matches(pattern, call("aws.ec2", "RunInstances"))


def test_the_responders_role_is_told_when_it_is_taken_on_and_when_it_acts():
    pattern = uses(ROLE)
    session = {"sessionContext": {"sessionIssuer": {"arn": ROLE}}}
    other = {"sessionContext": {"sessionIssuer": {"arn": ROLE + "-2"}}}
    assert matches(pattern, call("aws.sts", "AssumeRole", requestParameters={"roleArn": ROLE}))
    assert matches(pattern, call("aws.network-firewall", "UpdateRuleGroup", userIdentity=session))
    assert not matches(pattern, call("aws.network-firewall", "UpdateRuleGroup", userIdentity=other))
    assert not matches(pattern, call("aws.sts", "AssumeRole", requestParameters={"roleArn": "other"}))


AUDIT = HERE.arn("lambda", "function:hub-audit")
BLINDINGS = (
    "UpdateFunctionCode20150331v2",
    "UpdateFunctionConfiguration20150331v2",
    "DeleteFunction20150331",
    "PutFunctionConcurrency20171031",
    "RemovePermission20150331v2",
    "PutRuntimeManagementConfig",
)


@pytest.mark.parametrize("name", BLINDINGS)
def test_whoever_blinds_the_scheduled_audit_is_told_by_its_name_or_its_arn(name):
    pattern = blindings("hub-audit")
    for function in ("hub-audit", AUDIT, f"{ACCOUNT}:function:hub-audit"):
        assert matches(pattern, call("aws.lambda", name, requestParameters={"functionName": function}))
    for function in ("web-hub-audit", "hub-audit-2", AUDIT + "-2"):
        assert not matches(pattern, call("aws.lambda", name, requestParameters={"functionName": function}))
    assert not matches(pattern, call("aws.lambda", "Invoke", requestParameters={"functionName": "hub-audit"}))


def test_every_call_that_changes_what_a_function_does_is_told():
    names = import_module("boto3").client("lambda", region_name=REGION).meta.service_model.operation_names
    told = [each["prefix"] for each in blindings("hub-audit")["detail"]["eventName"]]
    assert [call for call in told if call not in names] == []
    changing = {name for name in names if re.match("(Update|Put|Delete)(Function|Runtime)|RemovePermission", name)}
    elsewhere = "Url|EventInvoke|CodeSigning|Recursion|Scaling"  # neither code nor whether EventBridge starts it
    assert {name for name in changing if not re.search(elsewhere, name) and not name.startswith(tuple(told))} == set()


def own_call(service, name, parameters):
    return call(f"aws.{service}", name, eventSource=f"{service}.amazonaws.com", requestParameters=parameters)


SILENCES = [
    ("events", "PutRule", {"name": "hub-watch-guards-routes-0123456", "eventPattern": '{"source":["nothing"]}'}),
    ("events", "PutRule", {"name": "hub-audit-clock-0123456", "state": "DISABLED"}),
    ("events", "DisableRule", {"name": "hub-watch-guards-watch-0123456"}),
    ("events", "DeleteRule", {"name": "hub-watch-guards-dns-0123456"}),
    ("events", "RemoveTargets", {"rule": "hub-watch-guards-dns-0123456", "ids": ["1"]}),
    ("events", "PutTargets", {"rule": "hub-watch-guards-dns-0123456", "targets": []}),
    ("monitoring", "PutMetricAlarm", {"alarmName": "hub-watch-drop-dropped-0123456", "threshold": 1e9}),
    ("monitoring", "DeleteAlarms", {"alarmNames": ["other", "hub-watch-drop-dropped-0123456"]}),
    ("monitoring", "DisableAlarmActions", {"alarmNames": ["hub-watch-drop-dropped-0123456"]}),
    ("monitoring", "SetAlarmState", {"alarmName": "hub-watch-drop-dropped-0123456", "stateValue": "OK"}),
    ("monitoring", "PutAlarmMuteRule", {"name": "quiet"}),
    ("logs", "DeleteMetricFilter", {"logGroupName": GROUP, "filterName": "f"}),
    ("logs", "PutMetricFilter", {"logGroupName": GROUP, "filterName": "f"}),
    ("sns", "SetTopicAttributes", {"topicArn": TOPIC, "attributeName": "Policy"}),
    ("sns", "DeleteTopic", {"topicArn": TOPIC}),
    ("sns", "Subscribe", {"topicArn": TOPIC, "protocol": "email"}),
    ("sns", "Unsubscribe", {"subscriptionArn": f"{TOPIC}:{KEY_ID}"}),
    ("sns", "SetSubscriptionAttributes", {"subscriptionArn": f"{TOPIC}:{KEY_ID}", "attributeName": "FilterPolicy"}),
    ("sns", "PutDataProtectionPolicy", {"resourceArn": TOPIC}),
    ("kms", "DisableKey", {"keyId": KEY_ID}),
    ("kms", "ScheduleKeyDeletion", {"keyId": KEY}),
    ("cloudtrail", "StopLogging", {"name": "trail"}),
]


@pytest.mark.parametrize(("service", "name", "parameters"), SILENCES)
def test_whoever_silences_the_guards_is_told_and_whoever_changes_somebody_elses_is_not(service, name, parameters):
    assert matches(WATCH, own_call(service, name, parameters))
    assert not matches(WATCH, {**own_call(service, name, parameters), "detail-type": "other"})
    if service != "cloudtrail" and name != "PutAlarmMuteRule":
        others = json.loads(json.dumps(parameters).replace("hub", "web").replace(KEY_ID, "99"))
        assert not matches(WATCH, own_call(service, name, others))


@pytest.mark.parametrize("service", NOT_A_SILENCE)
def test_every_call_by_which_the_guards_could_be_silenced_is_told_or_has_a_reason(service):
    client = import_module("boto3").client(CLIENTS.get(service, service), region_name=REGION)
    told = {call for each in WATCH["detail"]["$or"] for call in each["eventName"]}
    changing = {name for name in client.meta.service_model.operation_names if not READ_ONLY.match(name)}
    changing -= {name for name in changing if re.match("Check|Stop|Cancel|Activate|Deactivate|Verify|OptIn", name)}
    reasoned = {name for name in changing for why in NOT_A_SILENCE[service].values() if re.fullmatch(why, name)}
    assert changing - told - reasoned == set()
    assert changing & told


def test_only_the_stacks_own_rules_may_publish():
    told = {each["Sid"]: each for each in topic_policy("topic", HERE, event_rules="hub-guards")["Statement"]}
    pattern = told["EventRulesOfThisStack"]["Condition"]["ArnLike"]["aws:SourceArn"]
    assert re.fullmatch(pattern.replace("*", ".*"), HERE.arn("events", "rule/hub-guards-routes-0123456"))
    assert "events.amazonaws.com" not in json.dumps(topic_policy("topic", HERE))
    assert "events.amazonaws.com" in json.dumps(key_policy(HERE, events=True))
    assert "events.amazonaws.com" not in json.dumps(key_policy(HERE))
