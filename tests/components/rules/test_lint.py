import pytest

from components.rules.lint import MAX_GROUP_BYTES, MAX_RULE_CHARACTERS, MAX_RULES, Problem, lint

GOOD = 'alert tls $HOME_NET any -> $EXTERNAL_NET any (msg:"m"; tls.sni; content:"x"; sid:{sid}; rev:1;)'


def rule(options: str = "", *, head: str = "alert tcp any any -> any any", sid: int = 1) -> str:
    return f'{head} (msg:"m"; {options} sid:{sid};)'


def messages(text: str, **arguments) -> str:
    return "\n".join(str(problem) for problem in lint(text, **arguments))


def test_a_good_group_has_no_problems():
    assert lint("# comment\n" + "\n".join(GOOD.format(sid=sid) for sid in range(1, 30))) == []


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ("dataset:isset,names;", "datasets"),
        ("datarep:names, >, 10;", "datasets"),
        ("iprep:src,BadHosts,>,30;", "IP reputation"),
        ("lua:script.lua;", "Lua"),
        ("threshold: type limit, track by_src, seconds 90, count 1;", "thresholding"),
        ("detection_filter:track by_src, count 1, seconds 9;", "thresholding"),
        ('filename:"secret";', "file keywords"),
        ("filestore;", "file keywords"),
        ("ftpdata_command:stor;", "FTP-data"),
        ("enip_command:99;", "ENIP"),
        ("priority:1;", "strict order"),
    ],
)
def test_keywords_that_aws_does_not_support_are_refused(options, word):
    assert word in messages(rule(options))


@pytest.mark.parametrize(
    ("head", "word"),
    [
        ("rejectsrc tcp any any -> any any", "action"),
        ("alert sctp any any -> any any", "SCTP"),
        ("alert ftp-data any any -> any any", "FTP-data"),
        ("alert ikev2 any any -> any any", "IKEv2"),
        ("alert gopher any any -> any any", "protocol"),
        ("reject udp any any -> any any", "for TCP alone"),
        ("alert tcp any any <- any any", "direction"),
        ("alert tcp $OFFICE any -> any any", "$OFFICE is not defined"),
        ("alert tcp any any -> any !$PORTS", "$PORTS is not defined"),
        ("alert tcp any $HOME_NET -> any any", "where a port belongs"),
    ],
)
def test_headers_that_aws_refuses_are_refused(head, word):
    assert word in messages(rule(head=head))


def test_a_variable_of_the_group_may_be_used():
    assert (
        lint(rule(head="alert tcp $OFFICE any -> any $WEB"), variables={"OFFICE": ["10.0.0.0/8"], "WEB": ["80"]}) == []
    )


def test_a_group_that_sets_home_net_must_set_external_net():
    home = {"HOME_NET": ["10.0.0.0/8"]}

    assert "EXTERNAL_NET" in messages(rule(), variables=home)
    assert lint(rule(), variables=home | {"EXTERNAL_NET": ["!10.0.0.0/8"]}) == []


def test_a_variable_needs_a_name_that_aws_takes():
    assert "32 characters" in messages(rule(), variables={"9lives": ["10.0.0.0/8"]})


def test_sids_are_unique_and_the_earlier_line_is_named():
    assert lint(rule() + "\n# between\n" + rule()) == [Problem(3, "sid 1 is taken by line 1")]


@pytest.mark.parametrize("sid", ["0", "4294967296", "abc", "-1"])
def test_a_sid_is_a_number_that_suricata_takes(sid):
    assert "sid" in messages(f'alert tcp any any -> any any (msg:"m"; sid:{sid};)')


def test_msg_and_sid_must_be_there():
    found = messages("alert tcp any any -> any any (flow:established;)")

    assert "msg must be there once" in found
    assert "sid must be there once" in found


@pytest.mark.parametrize(
    ("options", "good"),
    [
        ('content:"a"; pcre:"/b/";', True),
        ('tls.sni; pcre:"/b/";', True),
        ('http.host; content:"a"; pcre:"/b/";', True),
        ('dns.query; pcre:"/b/";', True),
        ('pcre:"/b/";', False),
        ('http.uri; content:"a"; pcre:"/b/";', False),
        ('http.user_agent; pcre:"/b/";', False),
        ('tls.cert_subject; pcre:"/b/";', False),
    ],
)
def test_pcre_is_allowed_where_aws_allows_it(options, good):
    assert (lint(rule(options)) == []) is good


def test_a_rule_counts_with_the_values_of_its_variables():
    network = {"OFFICE": [f"10.{number // 256}.{number % 256}.0/24" for number in range(700)]}
    head = "alert tcp $OFFICE any -> any any"

    assert f"{MAX_RULE_CHARACTERS:,}" in messages(rule(head=head), variables=network)
    assert lint(rule(head=head), variables={"OFFICE": network["OFFICE"][:100]}) == []


def test_groups_that_are_too_large_are_refused():
    wide = 'content:"' + "x" * 8000 + '";'
    text = "\n".join(rule(wide, sid=number) for number in range(1, 260))

    assert f"{MAX_GROUP_BYTES:,}" in messages(text)
    many = "\n".join(f'alert ip any any -> any any (msg:"";sid:{number};)' for number in range(1, MAX_RULES + 2))
    assert f"{MAX_RULES:,}" in messages(many)


def test_an_empty_group_is_refused():
    assert "no rules" in messages("# nothing\n")


def test_at_most_five_ip_set_references():
    text = "\n".join(rule(head=f"alert tcp @SET{number} any -> any any", sid=number + 1) for number in range(6))

    assert "6 IP set references" in messages(text)


def test_problems_come_in_order_of_lines():
    found = lint(rule("lua:x;") + "\n" + rule("priority:1;", sid=2) + "\nnonsense")

    assert [problem.line for problem in found] == [1, 2, 3]
