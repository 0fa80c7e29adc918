# SPDX-License-Identifier: GPL-2.0
"""Chromium without a screen, told what to do through two pipes (its DevTools protocol)."""
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time


class Chromium:
    """One page in a browser of its own. complaints: what it has said on its console."""

    def __init__(self, width=1280, height=900, timeout=120):
        self.complaints = []
        self.events = []
        self.asked = 0
        self.rest = b""
        self.timeout = timeout
        self.home = tempfile.mkdtemp(prefix="hyptrace-chromium-")
        ours, its_out = os.pipe()
        its_in, self.to = os.pipe()
        self.out = ours

        def pipes():
            # Above 3 and 4 first, so that neither is overwritten before it is used
            high_in, high_out = os.dup(its_in), os.dup(its_out)
            os.dup2(high_in, 3)
            os.dup2(high_out, 4)

        # Root, as in a container, gets no sandbox; the page is our own.
        args = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--remote-debugging-pipe", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update",
                "--force-color-profile=srgb", "--user-data-dir=" + self.home, "about:blank"]
        self.process = subprocess.Popen(args, preexec_fn=pipes, close_fds=False,
                                        start_new_session=True, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(its_in)
        os.close(its_out)
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Log", "Network":
            self.ask(domain + ".enable")
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.to)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def message(self):
        """The next that it says"""
        end = time.monotonic() + self.timeout
        while b"\0" not in self.rest:
            if not select.select([self.out], [], [], max(end - time.monotonic(), 0))[0]:
                raise TimeoutError("chromium does not answer")
            data = os.read(self.out, 1 << 20)
            if not data:
                raise EOFError("chromium has ended")
            self.rest += data
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def note(self, event):
        """What is nobody's answer"""
        params = event.get("params", {})
        if event["method"] == "Runtime.consoleAPICalled":
            self.complaints.append(" ".join(str(a.get("value", a.get("description")))
                                            for a in params["args"]))
        elif event["method"] == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description",
                                                                    details["text"]))
        elif event["method"] == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])
        self.events.append((event["method"], params))

    def ask(self, method, **params):
        """A command and what comes of it"""
        self.asked += 1
        request = {"id": self.asked, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.asked:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.note(answer)

    def open(self, path):
        """The seconds until the page has loaded, its script has run, and it is drawn"""
        start = time.monotonic()
        self.events.clear()
        self.ask("Page.navigate", url="file://" + os.path.abspath(path))
        while not any(name == "Page.loadEventFired" for name, _ in self.events):
            self.note(self.message())
        self.drawn()
        return time.monotonic() - start

    def run(self, script):
        """The value of an expression, or of a promise"""
        result = self.ask("Runtime.evaluate", expression=script, awaitPromise=True,
                          returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")

    def drawn(self):
        """Until what has been asked for by now is on the screen"""
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>"
                 " setTimeout(done))))")

    def mouse(self, kind, x, y, **more):
        """An event of the pointer, as from a person's hand"""
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def drag(self, start, end, modifiers=0):
        """With the left button, from one point to another"""
        self.mouse("mousePressed", *start, button="left", clickCount=1, modifiers=modifiers)
        for part in 0.5, 1:
            self.mouse("mouseMoved", *[a + (b - a) * part for a, b in zip(start, end)],
                       button="left", buttons=1, modifiers=modifiers)
        self.mouse("mouseReleased", *end, button="left", clickCount=1, modifiers=modifiers)

    def key(self, key):
        """One key, pressed and let go"""
        for kind in "keyDown", "keyUp":
            self.ask("Input.dispatchKeyEvent", type=kind, key=key,
                     **({"text": key} if kind == "keyDown" and len(key) == 1 else {}))

    def picture(self):
        """The visible part of the page, a PNG in base64"""
        return self.ask("Page.captureScreenshot", format="png")["data"]
