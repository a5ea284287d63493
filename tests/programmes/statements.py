"""What a request asked its store: how many statements it ran for it, as /metrics counts them."""
import re

import client

COUNTED = re.compile(r'^zhiyun_http_request_statements_total\{method="(\S+)",path="(\S+)"\} (\d+)$', re.M)


class Statements:
    """How many each kind of request (method and path, as the program names them) took since the last question."""

    def __init__(self, world):
        self.scraper = client.Person(world.server, world.token("sysadmin", "metrics"))
        self.last = self.read()

    def read(self):
        done = self.scraper.get("/metrics")
        assert done.status == 200, done
        return {(method, path): int(count) for method, path, count in COUNTED.findall(done.content.decode())}

    def since(self):
        """Of those kinds that were asked."""
        before, self.last = self.last, self.read()
        return {kind: count - before.get(kind, 0) for kind, count in self.last.items() if count > before.get(kind, 0)}
