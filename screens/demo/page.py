"""The page that LibreChat serves for every path that is neither a file nor the API, with a minimal client.

The client does what LibreChat's does as far as cookies go: it asks for a new access token when it is loaded and, where there is
none, shows the form. Its state is in ``document.documentElement.dataset.state``: ``loading``, ``in`` or ``out``.
"""

from __future__ import annotations

import html
from typing import Final

_PAGE: Final = """<!DOCTYPE html>
<html lang="en-US">
  <head>
    <meta charset="utf-8" />
    <base href="/" />
    <meta name="theme-color" content="#171717" />
    <meta name="description" content="LibreChat - An open source chat application with support for multiple AI models" />
    <title>LibreChat</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <!-- A stand-in for practice, not LibreChat itself. -->
  </head>
  <body>
    <div id="root">
      <p id="state">...</p>
      <form id="login" hidden>
        <input name="email" type="email" autocomplete="username" placeholder="Email" />
        <input name="password" type="password" autocomplete="current-password" placeholder="Password" />
        <button>Continue</button>
      </form>
      <button id="logout" hidden>Log out</button>
    </div>
    <script>
      const part = (id) => document.getElementById(id);
      let token = '';
      function show(state, words) {
        document.documentElement.dataset.state = state;
        part('state').textContent = words;
        part('login').hidden = state === 'in';
        part('logout').hidden = state !== 'in';
      }
      async function ask(path, options) {
        const answer = await fetch(new URL(path, document.baseURI), { method: 'POST', ...options });
        const words = await answer.text();
        try { return JSON.parse(words); } catch { return { message: words }; }
      }
      function take(answer) {
        token = answer.token || '';
        if (token) { show('in', 'Signed in as ' + answer.user.email); } else { show('out', answer.message || 'Signed out'); }
      }
      async function login(email, password) {
        const body = JSON.stringify({ email, password });
        take(await ask('api/auth/login', { body, headers: { 'Content-Type': 'application/json' } }));
      }
      part('login').addEventListener('submit', (event) => {
        event.preventDefault();
        login(event.target.email.value, event.target.password.value);
      });
      part('logout').addEventListener('click', async () => {
        take(await ask('api/auth/logout', { headers: { Authorization: 'Bearer ' + token } }));
      });
      show('loading', '...');
      ask('api/auth/refresh').then(take, () => show('out', 'No response'));
    </script>
  </body>
</html>
"""


def index_html(base: str, accept_language: str, lang: str) -> str:
    """Return the page under a base path, in the client's language (api/server/index.js:148-165, v0.8.7)."""
    language = lang or accept_language.partition(",")[0] or "en-US"
    page = _PAGE.replace('lang="en-US"', f'lang="{html.escape(language)}"', 1)
    return page.replace('base href="/"', f'base href="{html.escape(base)}"', 1) if base != "/" else page
