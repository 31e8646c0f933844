"""The mistakes in the proxy that its quick tests have to notice: a check that is left out, a line, a look."""

from __future__ import annotations

from nab.chaos.mutants import PROXY, Mutant

MUTANTS = tuple(
    Mutant(name, file, text, instead, PROXY)
    for name, file, text, instead in (
        (
            "a call leaves though a check did not agree",
            "passage/checks.py",
            "    return all((hook, check) in seen.yes for check in CHECKS[hook])",
            "    return any((hook, check) in seen.yes for check in CHECKS[hook])",
        ),
        (
            "nobody asks whether the policy has agreed",
            "passage/checks.py",
            '{"recorder", "gate", "policy", "answers", "keys", "routes", "selftest", "ends", "streams"}',
            '{"recorder", "gate", "answers", "keys", "routes", "selftest", "ends", "streams"}',
        ),
        (
            "a check that raised has agreed",
            "passage/checks.py",
            "            broke(check, error)\n            return\n",
            "            broke(check, error)\n",
        ),
        (
            "a call leaves of which no line is written",
            "passage/checks.py",
            "seen.denied is None and seen.is_written and all(",
            "seen.denied is None and all(",
        ),
        (
            "a refused call leaves",
            "passage/checks.py",
            "seen.denied is None and seen.is_written and all(",
            "seen.is_written and all(",
        ),
        (
            "a body that was held leaves with the yes to its head",
            "passage/checks.py",
            'hooks = ("requestheaders", "request") if seen.hold_request else ("requestheaders",)',
            'hooks = ("requestheaders",)',
        ),
        (
            "after a fault the connection goes on",
            "passage/faults.py",
            "                self.cut(client.id)\n",
            "",
        ),
        (
            "a fault is not on record",
            "passage/faults.py",
            "                self.write(client, about, said)\n",
            "                pass\n",
        ),
        (
            "a server is dialled after a fault",
            "passage/faults.py",
            "            connection.error = connection.error or said\n",
            "            pass\n",
        ),
        (
            "a line that cannot be made is not written",
            "record/call_log.py",
            "            return self.write(line_format.least(seen, self.source, now, phase, fault))\n",
            "            return False\n",
        ),
        (
            "a call that cannot be added up has no line",
            "record/call_log.py",
            '            seen.error = seen.error or f"it could not be added up: {type(error).__name__}"\n',
            "            return True\n",
        ),
        (
            "a line that was lost counts as written",
            "record/call_log.py",
            '        seen.is_written = seen.is_written or self.tell(seen, self.clock(), "sent")\n',
            '        seen.is_written = self.tell(seen, self.clock(), "sent") or True\n',
        ),
        (
            "what looks like a digit is one",
            "network/digits.py",
            "    plain = text.isascii() and text.isdigit() and",
            "    plain = text.isdigit() and",
        ),
        (
            "a port that is none is left out",
            "addons/gate.py",
            "    if not colon or (port and not is_port(port)):\n        return whole, None\n",
            "    if not colon:\n        return whole, None\n",
        ),
        (
            "what a mapped address stands for is not looked at",
            "network/blocked_addresses.py",
            '    return getattr(found, "ipv4_mapped", None) or found\n',
            "    return found\n",
        ),
        (
            "IPv6 beyond what is handed out is dialled",
            "network/blocked_addresses.py",
            "    return found not in WORLD or tunnelled or",
            "    return tunnelled or",
        ),
        (
            "what comes without a look-up is dialled",
            "network/blocked_addresses.py",
            "        if isinstance(address, tuple) and address[:2] not in self.own and",
            "        if isinstance(address, str) and address[:2] not in self.own and",
        ),
        (
            "a key in base64 is found at one place only",
            "keys/disguises.py",
            "    for shift in range(3):",
            "    for shift in range(1):",
        ),
        (
            "a bomb is unpacked piece by piece",
            "keys/inflation.py",
            "        if self.unpack.unconsumed_tail:\n            raise Swollen\n",
            "",
        ),
        (
            "another tournament is submitted to",
            "numerai/tournaments.py",
            "    if (must_be_said and not said) or ours != said:",
            "    if must_be_said and not said:",
        ),
        (
            "a call may have any number of values",
            "queries/strict_json.py",
            "        if count > MOST_VALUES:",
            "        if count > 1_000_000_000:",
        ),
        (
            "a key is for any method",
            "keys/openings.py",
            "(self.method, self.host) != (method(asked), plain(asked.host))",
            "self.host != plain(asked.host)",
        ),
        (
            "a method is compared in capitals",
            "keys/openings.py",
            "        return asked.method\n",
            "        return asked.method.upper()\n",
        ),
        (
            "a key is for all that begins like a listed path",
            "keys/openings.py",
            "self.path.fullmatch(asked.place)",
            "self.path.match(asked.place)",
        ),
        (
            "a word in a path may be a step back",
            "keys/openings.py",
            'WORD = "[A-Za-z0-9][A-Za-z0-9._-]*"',
            'WORD = "[A-Za-z0-9._-]+"',
        ),
        (
            "a query may have anything beside what is listed",
            "keys/openings.py",
            "used.total() == len(pairs) and ",
            "",
        ),
        (
            "a part of a query may be there twice",
            "keys/openings.py",
            " and max(used.values(), default=0) <= 1",
            "",
        ),
        (
            "a call may say that it is another one",
            "keys/openings.py",
            "any(is_another(plainly(name), value) for name, value in asked.headers) or ",
            "",
        ),
        (
            "a call may become something else after its head",
            "keys/openings.py",
            "    if not upgrades:\n",
            "    if upgrades:\n        return asked.method\n    if not upgrades:\n",
        ),
        (
            "a key travels with any call",
            "keys/broker.py",
            "        if len(rest) < len(pairs) or len(others) < len(headers):",
            "        if len(rest) > len(pairs):",
        ),
        (
            "a key in the query is not looked at",
            "keys/broker.py",
            "if len(rest) < len(pairs) or len(others) < len(headers):",
            "if len(others) < len(headers):",
        ),
        (
            "a key in a header is not looked at",
            "keys/broker.py",
            "if len(rest) < len(pairs) or len(others) < len(headers):",
            "if len(rest) < len(pairs):",
        ),
        (
            "what is read of models is kept",
            "kept/pages.py",
            'CATEGORIES = frozenset({"docs",',
            'CATEGORIES = frozenset({"llm", "docs",',
        ),
        (
            "a page is kept with its secrets",
            "record/kept_files.py",
            "        return bodies.readable(plain, self.hide, pages.MOST_TAKEN)",
            '        return plain.decode("utf-8", "replace")',
        ),
        (
            "a page is unpacked whole, whatever it becomes",
            "kept/tee.py",
            "                if len(plain) > room:\n                    self.cut = True\n                    return\n",
            "",
        ),
        (
            "a stranger's page ends the line of its call",
            "record/kept_files.py",
            "            except Exception as error:",
            "            except OSError as error:",
        ),
        (
            "an upload that was refused is kept",
            "kept/spool.py",
            "not (wanted and self.complete)",
            "not self.complete",
        ),
        (
            "half an upload is kept",
            "kept/spool.py",
            "not (wanted and self.complete)",
            "not wanted",
        ),
    )
)
