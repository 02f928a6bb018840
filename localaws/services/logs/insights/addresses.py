"""IP addresses in SQL: macros that write one as a text of its bits, of which a subnet's are the beginning.

DuckDB's own type for addresses is an extension to be fetched from the net.
"""

from __future__ import annotations

from typing import Final

_OCTET: Final = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_GROUPS: Final = "([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?"

MACROS: Final = (
    f"""CREATE MACRO bits_of_four(x) AS CASE WHEN regexp_full_match(x, '({_OCTET}[.]){{3}}{_OCTET}') THEN
        array_to_string(list_transform(
            string_split(x, '.'), lambda o: lpad(bin(TRY_CAST(o AS BIGINT)), 8, '0')), '') END""",
    "CREATE MACRO groups_of(x) AS list_filter(string_split(x, ':'), lambda g: g <> '')",
    "CREATE MACRO groups_in(x) AS len(groups_of(split_part(x, '::', 1))) + len(groups_of(split_part(x, '::', 2)))",
    f"""CREATE MACRO bits_of_six(x) AS CASE WHEN regexp_full_match(x, '{_GROUPS}(::{_GROUPS})?')
        AND (CASE WHEN contains(x, '::') THEN groups_in(x) <= 7 ELSE groups_in(x) = 8 END) THEN
        array_to_string(list_transform(
            groups_of(split_part(x, '::', 1)) || list_transform(range(8 - groups_in(x)), lambda i: '0')
            || groups_of(split_part(x, '::', 2)),
            lambda g: lpad(bin(TRY_CAST('0x' || g AS BIGINT)), 16, '0')), '') END""",
    "CREATE MACRO length_of(net) AS TRY_CAST(split_part(net, '/', 2) AS BIGINT)",
    "CREATE MACRO within(bits, net, width) AS coalesce(bits[:length_of(net)] = width[:length_of(net)], false)",
    """CREATE MACRO in_four(x, net) AS within(bits_of_four(x), net, bits_of_four(split_part(net, '/', 1)))""",
    """CREATE MACRO in_six(x, net) AS within(bits_of_six(x), net, bits_of_six(split_part(net, '/', 1)))""",
)
