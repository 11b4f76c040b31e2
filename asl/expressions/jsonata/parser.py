"""From tokens to a tree, by operator precedence (Pratt's method). The tree is close to the text; ``lowering`` makes
it a program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.nodes import Node, SortTerm
from asl.expressions.jsonata.signature import Signature, SignatureError
from asl.expressions.jsonata.tokens import OPERATORS, Token, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

#: How deep expressions may nest; far below what Python's stack bears.
MAX_DEPTH: Final = 100

_BINARY: Final = frozenset(
    (".", "+", "-", "*", "/", "%", "=", "<", ">", "!=", "<=", ">=", "&", "and", "or", "in", "~>")
)
_FUNCTION_NAMES: Final = ("function", "λ")


def parse(text: str) -> Node:
    """The tree of an expression. Raises JsonataError with the insert ``position``."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = Tokens(text)
        self._token = Token("end", "(end)", 0)
        self._depth = 0
        self._prefixes: dict[str, Callable[[Token], Node]] = {
            "(": self._block,
            "[": self._array,
            "{": self._object,
            "|": self._transform,
        }
        self._infixes: dict[str, Callable[[Token, Node], Node]] = {
            "(": self._call,
            "[": self._bracket,
            "{": self._group,
            "^": self._order,
            ":=": self._bind,
            "@": self._focus,
            "#": self._focus,
            "?": self._condition,
        }

    def whole(self) -> Node:
        self._advance(False)
        node = self._expression(0)
        if self._token.type != "end":
            raise self._error("S0201")
        return node

    # the machinery

    def _advance(self, operand_read: bool) -> Token:
        """Go to the next token. Raises S0204 for a mark that is no operator by itself."""
        self._token = self._tokens.next(operand_read)
        if self._token.type == "operator" and self._token.value in ("!", "~"):
            raise self._error("S0204")
        return self._token

    def _error(self, code: str, token: Token | None = None, **inserts: object) -> JsonataError:
        token = token or self._token
        return JsonataError(code, position=token.position, token=_shown(token), **inserts)

    def _at(self, mark: str) -> bool:
        return self._token.type == "operator" and self._token.value == mark

    def _expect(self, mark: str, operand_read: bool = False) -> Token:
        """Go past ``mark``, which must be here."""
        if not self._at(mark):
            raise self._error("S0203" if self._token.type == "end" else "S0202", value=mark)
        token = self._token
        self._advance(operand_read)
        return token

    def _expression(self, power: int) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error("S0201", message="nested too deeply")
        token = self._token
        self._advance(True)
        left = self._prefix(token)
        while self._token.type in ("operator", "end") and power < self._power():
            token = self._token
            self._advance(False)
            left = self._infix(token, left)
        self._depth -= 1
        return left

    def _power(self) -> int:
        """How strongly the current token binds to what stands before it; 0 if it can't follow an operand."""
        mark = self._token.value
        return OPERATORS[mark] if mark in _BINARY or mark in self._infixes else 0

    def _prefix(self, token: Token) -> Node:
        if token.type != "operator":  # also the end, which is refused later: what is missing after it says more
            return Node(token.type, token.value, token.position)
        mark = token.value
        if mark in ("and", "or", "in"):  # names of fields here
            return Node("name", mark, token.position)
        if mark == "*":
            return Node("wildcard", mark, token.position)
        if mark == "**":
            return Node("descendant", mark, token.position)
        if mark == "%":
            return Node("parent", mark, token.position)
        if mark == "-":
            return Node("unary", mark, token.position, left=self._expression(70))
        parse = self._prefixes.get(mark)
        if parse is None:
            raise self._error("S0211", token)
        return parse(token)

    def _infix(self, token: Token, left: Node) -> Node:
        parse = self._infixes.get(token.value)
        if parse is not None:
            return parse(token, left)
        right = self._expression(OPERATORS[token.value])
        return Node("binary", token.value, token.position, left=left, right=right)

    # expressions in brackets

    def _block(self, token: Token) -> Node:
        nodes = []
        while not self._at(")"):
            nodes.append(self._expression(0))
            if not self._at(";"):
                break
            self._expect(";")
        self._expect(")", True)
        return Node("block", "(", token.position, nodes=nodes)

    def _array(self, token: Token) -> Node:
        nodes = []
        while not self._at("]"):
            item = self._expression(0)
            if self._at(".."):
                dots = self._expect("..")
                item = Node("binary", "..", dots.position, left=item, right=self._expression(0))
            nodes.append(item)
            if not self._at(","):
                break
            self._expect(",")
            if self._at("]"):  # ``[1,]``: an operand is missing
                raise self._error("S0211")
        self._expect("]", True)
        return Node("unary", "[", token.position, nodes=nodes)

    def _object(self, token: Token) -> Node:
        return Node("unary", "{", token.position, pairs=self._pairs())

    def _pairs(self) -> list[tuple[Node, Node]]:
        pairs = []
        if not self._at("}"):
            while True:
                key = self._expression(0)
                self._expect(":")
                pairs.append((key, self._expression(0)))
                if not self._at(","):
                    break
                self._expect(",")
        self._expect("}", True)
        return pairs

    def _transform(self, token: Token) -> Node:
        pattern = self._expression(0)
        self._expect("|")
        update = self._expression(0)
        delete = None
        if self._at(","):
            self._expect(",")
            delete = self._expression(0)
        self._expect("|")
        return Node("transform", "|", token.position, left=pattern, right=update, condition=delete)

    # what follows an operand

    def _call(self, token: Token, left: Node) -> Node:
        node = Node("function", "(", token.position, left=left)
        if not self._at(")"):
            while True:
                if self._at("?"):
                    node.type = "partial"
                    node.nodes.append(Node("placeholder", "?", self._token.position))
                    self._expect("?")
                else:
                    node.nodes.append(self._expression(0))
                if not self._at(","):
                    break
                self._expect(",")
        self._expect(")", True)
        if left.type == "name" and left.value in _FUNCTION_NAMES:
            return self._lambda(node)
        return node

    def _lambda(self, call: Node) -> Node:
        for number, parameter in enumerate(call.nodes, 1):
            if parameter.type != "variable":
                raise JsonataError("S0208", position=parameter.position, token=_shown(parameter), value=number)
        node = Node("lambda", "function", call.position, names=[parameter.value for parameter in call.nodes])
        if self._at("<"):
            node.signature = self._signature()
        self._expect("{")
        node.left = self._expression(0)
        self._expect("}")
        return node

    def _signature(self) -> Signature:
        start = self._expect("<").position
        text = "<"
        depth = 1
        while not self._at("{") and self._token.type != "end":
            depth += self._at("<") - self._at(">")
            text += str(self._token.value)
            if depth == 0:
                break
            self._advance(False)
        self._expect(">")
        try:
            return Signature(text)
        except SignatureError as problem:
            raise JsonataError(problem.code, position=start + problem.offset, value=problem.value) from None

    def _bracket(self, token: Token, left: Node) -> Node:
        if self._at("]"):
            step = left
            while step.type == "binary" and step.value == "[" and step.left is not None:
                step = step.left
            step.keep_array = True
            self._expect("]")  # a slash after it would start a regular expression: so the language has it
            return left
        right = self._expression(0)
        self._expect("]", True)
        return Node("binary", "[", token.position, left=left, right=right)

    def _group(self, token: Token, left: Node) -> Node:
        return Node("binary", "{", token.position, left=left, pairs=self._pairs())

    def _order(self, token: Token, left: Node) -> Node:
        self._expect("(")
        node = Node("binary", "^", token.position, left=left)
        while True:
            descending = self._at(">")
            if descending or self._at("<"):
                self._expect(self._token.value)
            node.terms.append(SortTerm(self._expression(0), descending))
            if not self._at(","):
                break
            self._expect(",")
        self._expect(")")
        return node

    def _bind(self, token: Token, left: Node) -> Node:
        if left.type != "variable":
            raise JsonataError("S0212", position=left.position, token=_shown(left))
        right = self._expression(OPERATORS[":="] - 1)  # to the right: $a := $b := 1
        return Node("binary", ":=", token.position, left=left, right=right)

    def _focus(self, token: Token, left: Node) -> Node:
        right = self._expression(OPERATORS[token.value])
        if right.type != "variable":
            raise JsonataError("S0214", position=right.position, token=token.value)
        return Node("binary", token.value, token.position, left=left, right=right)

    def _condition(self, token: Token, left: Node) -> Node:
        node = Node("condition", "?", token.position, condition=left, left=self._expression(0))
        if self._at(":"):
            self._expect(":")
            node.right = self._expression(0)
        return node


def _shown(part: Token | Node) -> object:
    """What messages show of a token or node."""
    return "/{}/{}".format(*part.value) if part.type == "regex" else part.value
