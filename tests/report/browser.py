"""A headless Chromium for tests, driven over the DevTools protocol through a pipe.

The pipe needs no port and no package: messages are JSON, ended by a zero byte, on the browser's
file descriptors 3 (in) and 4 (out). https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 60.0  # that an answer may take
POLL_SECONDS = 0.02
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--no-first-run", "--disable-extensions", "--disable-component-update", "--disable-sync",
    "--disable-background-networking", "--remote-debugging-pipe",
)  # fmt: skip
# The browser wants its pipes as file descriptors 3 and 4.
PIPES = """
import os, sys
pipes = [os.dup(int(one)) for one in sys.argv[1:3]]  # neither may be closed by the other
for place, one in zip((3, 4), pipes):
    os.dup2(one, place)
    os.set_inheritable(place, True)
os.execv(sys.argv[3], sys.argv[3:])
"""
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return the path of the browser, or None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A running browser: it takes commands and remembers the events that came between."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._buffer = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        data = memoryview(json.dumps(message).encode() + b"\0")
        while data:
            data = data[os.write(self._write, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])
            self.events.append(answer)

    def _receive(self) -> dict[str, Any]:
        end = time.monotonic() + SECONDS
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(0, end - time.monotonic()))
            assert ready, f"the browser gave no answer within {SECONDS:g} seconds"
            part = os.read(self._read, 1 << 16)
            assert part, "the browser ended"
            self._buffer += part
        text, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(text))

    @contextmanager
    def page(self, path: Path, width: int = 1200, height: int = 900) -> Iterator[Page]:
        """Open a file in a tab with a memory of its own, and close it again."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)
        session = self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )["sessionId"]  # fmt: skip
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.call(f"{domain}.enable")
        page.call("Page.bringToFront")  # or it would be hidden, and draw nothing
        page.call("Emulation.setFocusEmulationEnabled", enabled=True)
        page.size(width, height)
        page.open(path)
        try:
            yield page
        finally:
            self.call("Target.disposeBrowserContext", browserContextId=context)
            self.events.clear()


class Page:
    """A tab with a page in it."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **parameters)

    def open(self, path: Path) -> None:
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.until("document.readyState === 'complete'")

    def size(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip

    def media(self, media: str = "", **features: str) -> None:
        """Print instead of showing, or say what the reader prefers."""
        listed = [{"name": name.replace("_", "-"), "value": v} for name, v in features.items()]
        self.call("Emulation.setEmulatedMedia", media=media, features=listed)

    def run(self, script: str) -> Any:
        """Run a script (an expression; a promise is awaited) and return its value."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True,
                           awaitPromise=True, userGesture=True)  # fmt: skip
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, condition: str, seconds: float = SECONDS) -> None:
        """Wait until a script gives a true value."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({condition})"):
            assert time.monotonic() < end, f"not within {seconds:g} seconds: {condition}"
            time.sleep(POLL_SECONDS)

    def key(self, name: str, code: int, text: str = "") -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, text=text,
                      windowsVirtualKeyCode=code)  # fmt: skip

    def screenshot(self, path: Path, clip: Mapping[str, float] | None = None) -> None:
        more = {"clip": {**clip, "scale": 1}} if clip else {}
        image = self.call("Page.captureScreenshot", captureBeyondViewport=True, **more)
        path.write_bytes(base64.b64decode(image["data"]))

    def faults(self) -> list[str]:
        """List what went wrong so far: errors of scripts, of the console, and of the policy."""
        self.run("1")
        return [
            *(str(event["exceptionDetails"]) for event in self._events("Runtime.exceptionThrown")),
            *(
                str(event["args"])
                for event in self._events("Runtime.consoleAPICalled")
                if event["type"] in ("error", "warning", "assert")
            ),
            *(
                str(event["entry"]["text"])
                for event in self._events("Log.entryAdded")
                if event["entry"]["level"] in ("error", "warning")
            ),
        ]

    def requests(self) -> list[str]:
        """List every address that the page asked for, its own among them."""
        self.run("1")
        return [event["request"]["url"] for event in self._events("Network.requestWillBeSent")]

    def _events(self, method: str) -> Iterator[dict[str, Any]]:
        for event in self._browser.events:
            if event.get("method") == method and event.get("sessionId") == self._session:
                yield event["params"]


@contextmanager
def running(profile: Path) -> Iterator[Browser]:
    """Start the browser with a profile of its own; end it with the block."""
    program = chromium()
    assert program is not None
    commands, answers = os.pipe(), os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", PIPES, str(commands[0]), str(answers[1]), program, *FLAGS,
         f"--user-data-dir={profile}", "about:blank"],
        pass_fds=(commands[0], answers[1]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(commands[0])
    os.close(answers[1])
    browser = Browser(commands[1], answers[0])
    try:
        yield browser
        browser.call("Browser.close")
    finally:
        os.close(commands[1])
        os.close(answers[0])
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
