"""The functions of the language by name (without ``$``): their signatures, arities and where they are written.

``eval`` is missing on purpose, as AWS has removed it; ``partition``, ``range``, ``hash``, ``uuid``, ``parse`` and
the seed of ``random`` are AWS's own. The arity is what ``$map`` and its kin see of a function, and not always the
number of places of its signature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.builtin import (
    arrays,
    aws,
    dates,
    higher_order,
    integers,
    mathematics,
    numerals,
    objects,
    strings,
)
from asl.expressions.jsonata.functions import Native
from asl.expressions.jsonata.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Callable

_TABLE: Final[tuple[tuple[str, str, int, Callable[..., Any]], ...]] = (
    ("sum", "<a<n>:n>", 1, mathematics.total),
    ("count", "<a:n>", 1, arrays.count),
    ("max", "<a<n>:n>", 1, mathematics.largest),
    ("min", "<a<n>:n>", 1, mathematics.smallest),
    ("average", "<a<n>:n>", 1, mathematics.average),
    ("string", "<x-b?:s>", 1, strings.string),
    ("substring", "<s-nn?:s>", 3, strings.substring),
    ("substringBefore", "<s-s:s>", 2, strings.substring_before),
    ("substringAfter", "<s-s:s>", 2, strings.substring_after),
    ("lowercase", "<s-:s>", 1, strings.lowercase),
    ("uppercase", "<s-:s>", 1, strings.uppercase),
    ("length", "<s-:n>", 1, strings.length),
    ("trim", "<s-:s>", 1, strings.trim),
    ("pad", "<s-ns?:s>", 3, strings.pad),
    ("match", "<s-f<s:o>n?:a<o>>", 3, strings.match),
    ("contains", "<s-(sf):b>", 2, strings.contains),
    ("replace", "<s-(sf)(sf)n?:s>", 4, strings.replace),
    ("split", "<s-(sf)n?:a<s>>", 3, strings.split),
    ("join", "<a<s>s?:s>", 2, strings.join),
    ("formatNumber", "<n-so?:s>", 3, numerals.format_number),
    ("formatBase", "<n-n?:s>", 2, mathematics.format_base),
    ("formatInteger", "<n-s:s>", 2, integers.format_integer),
    ("parseInteger", "<s-s:n>", 2, integers.parse_integer),
    ("number", "<(nsb)-:n>", 1, mathematics.number),
    ("floor", "<n-:n>", 1, mathematics.floor),
    ("ceil", "<n-:n>", 1, mathematics.ceil),
    ("round", "<n-n?:n>", 2, mathematics.round_half_even),
    ("abs", "<n-:n>", 1, mathematics.absolute),
    ("sqrt", "<n-:n>", 1, mathematics.square_root),
    ("power", "<n-n:n>", 2, mathematics.power),
    ("random", "<n?:n>", 0, aws.random),
    ("boolean", "<x-:b>", 1, mathematics.boolean),
    ("not", "<x-:b>", 1, mathematics.negation),
    ("map", "<af>", 2, higher_order.map_items),
    ("zip", "<a+>", 0, arrays.zip_arrays),
    ("filter", "<af>", 2, higher_order.filter_items),
    ("single", "<af?>", 2, higher_order.single),
    ("reduce", "<afj?:j>", 3, higher_order.reduce_items),
    ("sift", "<o-f?:o>", 2, higher_order.sift),
    ("keys", "<x-:a<s>>", 1, objects.keys),
    ("lookup", "<x-s:x>", 2, objects.look_up),
    ("append", "<xx:a>", 2, arrays.append_values),
    ("exists", "<x:b>", 1, objects.exists),
    ("spread", "<x-:a<o>>", 1, objects.spread),
    ("merge", "<a<o>:o>", 1, objects.merge),
    ("reverse", "<a:a>", 1, arrays.reverse),
    ("each", "<o-f:a>", 2, higher_order.each),
    ("error", "<s?:x>", 1, objects.error),
    ("assert", "<bs?:x>", 2, objects.assert_true),
    ("type", "<x:s>", 1, objects.type_of),
    ("sort", "<af?:a>", 2, higher_order.sort),
    ("shuffle", "<a:a>", 1, arrays.shuffle),
    ("distinct", "<x:x>", 1, arrays.distinct),
    ("base64encode", "<s-:s>", 1, strings.base64_encode),
    ("base64decode", "<s-:s>", 1, strings.base64_decode),
    ("encodeUrlComponent", "<s-:s>", 1, strings.encode_url_component),
    ("encodeUrl", "<s-:s>", 1, strings.encode_url),
    ("decodeUrlComponent", "<s-:s>", 1, strings.decode_url_component),
    ("decodeUrl", "<s-:s>", 1, strings.decode_url),
    ("toMillis", "<s-s?:n>", 2, dates.to_millis),
    ("fromMillis", "<n-s?s?:s>", 3, dates.from_millis),
    ("now", "<s?s?:s>", 2, dates.now),
    ("millis", "<:n>", 0, dates.millis),
    ("clone", "<(oa)-:o>", 1, objects.copy),
    ("partition", "<an:a>", 2, aws.partition),
    ("range", "<nnn:a>", 3, aws.make_range),
    ("hash", "<xs:s>", 2, aws.hash_text),
    ("uuid", "<:s>", 0, aws.uuid),
    ("parse", "<s:x>", 1, aws.parse),
)

LIBRARY: Final = {name: Native(body, Signature(signature), arity) for name, signature, arity, body in _TABLE}

#: Functions that ask the execution for its time, random numbers or identifiers.
NEED_SCOPE: Final = frozenset(("now", "millis", "toMillis", "random", "shuffle", "uuid"))
#: Functions whose results hold plain JSON only, with no work needed to make sure.
PLAIN_RESULTS: Final = frozenset(name for name, signature, _, _ in _TABLE if signature[-3:] in (":s>", ":b>"))
