"""The staff's pages as a browser without a window sees them: sign in, fill in a form, send it, with files too."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from html.parser import HTMLParser

PATIENCE = 60
"""Seconds for one answer."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class FormFields(HTMLParser):
    """Collects what a browser would send of the forms on a page: values by name, the last form's last."""

    def __init__(self, page):
        super().__init__()
        self.values, self._select, self._textarea = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name, kind = given.get("name"), given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values.setdefault(self._select, []).append(given.get("value", ""))
        elif tag == "textarea" and name:
            self._textarea = name
            self.values[name] = [""]
        elif tag == "input" and name and kind not in ("submit", "button", "file", "image"):
            chosen = kind in ("checkbox", "radio")
            if not chosen or "checked" in given:
                self.values[name] = [given.get("value") or ("on" if chosen else "")]

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data):
        if self._textarea:
            self.values[self._textarea][0] += data.removeprefix("\n")


class StaffPages:
    """A colleague at their browser, who knows ``password``."""

    def __init__(self, name, password):
        self.name, self.password = name, password
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, NoRedirect())

    def get(self, address):
        """Return status and text of a page."""
        return self._open(urllib.request.Request(address))

    def post(self, address, form, **values):
        """Send the form of a page (its text) with values typed over it; return status and text of the answer."""
        return self._open(
            urllib.request.Request(address, urllib.parse.urlencode(self._with_token(form, values), True).encode())
        )

    def send(self, address, form, files, **values):
        """Send a form with files: name → (file name, bytes)."""
        border = uuid.uuid4().hex
        head = f'--{border}\r\nContent-Disposition: form-data; name="'
        body = b""
        for name, given in self._with_token(form, values).items():
            for value in given if isinstance(given, list) else [given]:
                body += f'{head}{name}"\r\n\r\n{value}\r\n'.encode()
        for name, (file_name, content) in files.items():
            body += f'{head}{name}"; filename="{file_name}"\r\n\r\n'.encode() + content + b"\r\n"
        request = urllib.request.Request(address, body + f"--{border}--\r\n".encode())
        request.add_header("Content-Type", f"multipart/form-data; boundary={border}")
        return self._open(request)

    def signed_in(self, host, address):
        """Return status and text of a staff page, after signing in where it asks for it."""
        status, page = self.get(address)
        if status == 302:
            _status, form = self.get(f"{host}/admin/login/")
            self.post(f"{host}/admin/login/", form, username=self.name, password=self.password)
            status, page = self.get(address)
        return status, page

    def _with_token(self, form, values):
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form)
        if token is None:
            raise ValueError("no form")  # an error page
        return {**values, "csrfmiddlewaretoken": token[1]}

    def _open(self, request):
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                return response.status, response.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
