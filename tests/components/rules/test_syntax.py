import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.rules.syntax import Option, Rule, RuleSyntaxError, parse_rule, parse_rules, rule_lines

PLAIN = 'alert tls $HOME_NET any -> any 443 (msg:"a \\"b\\"; c"; tls.sni; content:"x|3b 22|"; sid:7; rev:2;)'


def test_a_rule_is_read_in_parts():
    rule = parse_rule(PLAIN)

    assert (rule.action, rule.protocol, rule.header) == ("alert", "tls", ("$HOME_NET", "any", "any", "443"))
    assert rule.sid == 7
    assert rule.message == 'a \\"b\\"; c'
    assert rule.all("content") == ('"x|3b 22|"',)
    assert rule.options[1] == Option("tls.sni")


def test_what_is_written_reads_back_the_same():
    rule = parse_rule(PLAIN)

    assert parse_rule(str(rule)) == rule


_VALUES = st.text(alphabet="abc|1;,. ", max_size=12).map(lambda text: f'"{text}"')
_OPTIONS = st.builds(Option, st.sampled_from(["content", "msg", "tls.sni", "flow"]), st.none() | _VALUES)


@given(st.lists(_OPTIONS, min_size=1, max_size=6))
def test_any_options_survive_writing_and_reading(options):
    rule = Rule("drop", "tcp", "any", "any", "->", "[10.0.0.0/8,!10.1.0.0/16]", "![22,80]", tuple(options))

    assert parse_rule(str(rule)) == rule


def test_lists_in_the_header_may_hold_spaces():
    rule = parse_rule('alert udp [10.0.0.0/8, 192.168.0.0/16] any -> any [443, 853] (msg:"m"; sid:1;)')

    assert (rule.source, rule.destination_port) == ("[10.0.0.0/8, 192.168.0.0/16]", "[443, 853]")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("alert tcp any any -> any any", "parentheses"),
        ("alert tcp any -> any any (sid:1;)", "starts with"),
        ('alert tcp any any -> any any (msg:"open; sid:1;)', "not closed"),
        ("alert tcp any any -> any any (sid:1)", "semicolon"),
        ("alert tcp any any -> any any (sid:1;;)", "empty"),
    ],
)
def test_what_is_no_rule_is_refused_by_reason(line, words):
    with pytest.raises(RuleSyntaxError, match=words):
        parse_rule(line)


def test_a_file_names_the_line_of_a_mistake():
    with pytest.raises(RuleSyntaxError, match="line 3: "):
        parse_rules("# comment\n\nalert nonsense\n")


def test_comments_and_empty_lines_are_not_rules():
    assert rule_lines("# a\n\n  alert x\n") == [(3, "alert x")]
