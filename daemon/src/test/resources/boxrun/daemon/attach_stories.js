// Tells the stories of attach-stories.json with Node's ws: attach_stories.js STORIES WHERE BOX RUN TOKEN.
// WHERE is http://host:port or the path of a Unix socket; RUN is in the names of what the stories make.
// Prints the name of each story that went well, and "frame" and the text of each text frame that came.
'use strict';
const assert = require('assert');
const fs = require('fs');
const WebSocket = require('ws');

const [stories, where, box, run, token] = process.argv.slice(2);

class Terminal {
  constructor(socket) {
    this.socket = socket;
    this.pieces = [];
    this.texts = [];
    this.code = null;
    this.wake = () => {};
    socket.on('message', (data, binary) => {
      if (binary) this.pieces.push(data);
      else {
        console.log('frame ' + data);
        this.texts.push(JSON.parse(data));
      }
      this.wake();
    });
    socket.on('close', (code) => {
      this.code = code;
      this.wake();
    });
  }

  async until(found) {
    for (let result = found(); ; result = found()) {
      if (result) return result;
      assert.strictEqual(this.code, null, 'closed before');
      await new Promise((resolve) => (this.wake = resolve));
    }
  }

  shown() {
    if (this.pieces.length > 1) this.pieces = [Buffer.concat(this.pieces)];
    return this.pieces.length ? this.pieces[0] : Buffer.alloc(0);
  }

  take(count) {
    const shown = this.shown();
    this.pieces = [shown.subarray(count)];
    return shown.subarray(0, count);
  }

  send(data) {
    return new Promise((resolve, reject) => this.socket.send(data, (error) => (error ? reject(error) : resolve())));
  }

  async type(text) {
    await this.send(Buffer.from(text, 'latin1'));
  }

  async resize(cols, rows) {
    await this.send(JSON.stringify({ type: 'resize', cols, rows }));
  }

  async await(text) {
    const expected = Buffer.from(text, 'latin1');
    await this.until(() => this.shown().includes(expected));
    this.take(this.shown().indexOf(expected) + expected.length);
  }

  async echo(count) {
    const pattern = Buffer.from(Array.from({ length: count }, (_, i) => (i * 7) % 256));
    const sending = (async () => {
      for (let at = 0; at < count; at += 1000) await this.send(pattern.subarray(at, at + 1000));
    })();
    await this.until(() => this.shown().length >= count);
    await sending;
    assert(this.take(count).equals(pattern));
  }

  async skip(text, count) {
    const byte = text.charCodeAt(0);
    for (let left = count; left > 0; ) {
      await this.until(() => this.shown().length > 0);
      const piece = this.take(left);
      assert(piece.every((each) => each === byte));
      left -= piece.length;
    }
  }

  async pause() {
    this.socket.pause();
  }

  async resume() {
    this.socket.resume();
  }

  async exit(code) {
    const told = await this.until(() => this.texts.shift());
    assert.strictEqual(told.type, 'exit');
    assert.strictEqual(told.code, Number(code));
    await this.closed(1000);
  }

  async closed(code) {
    await new Promise((resolve) => (this.code === null ? this.socket.on('close', resolve) : resolve()));
    assert.strictEqual(this.code, code);
  }

  async leave() {
    this.socket.close(1000);
  }

  async vanish() {
    this.socket.terminate();
  }
}

function open(query) {
  const path = `/v1/boxes/${box}/attach?${query}`;
  const address = where.startsWith('/') ? `ws+unix://${where}:${path}` : where.replace('http', 'ws') + path;
  // Browsers cannot set the header.
  const socket = new WebSocket(token ? `${address}&token=${token}` : address, { perMessageDeflate: false });
  const terminal = new Terminal(socket);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(terminal));
    socket.on('error', reject);
  });
}

async function step(terminals, name, act, ...words) {
  if (name === '0-9') {
    for (let i = 0; i < 10; i++) {
      await step(terminals, String(i), act, ...words.map((word) => String(word).replaceAll('$', i)));
    }
    return;
  }
  const told = words.map((word) => (typeof word === 'string' ? word.replaceAll('@', run) : word));
  if (act === 'open') terminals[name] = await open(...told);
  else await terminals[name][act](...told);
}

(async () => {
  for (const [name, steps] of Object.entries(JSON.parse(fs.readFileSync(stories)))) {
    const terminals = {};
    for (const each of steps) await step(terminals, ...each);
    console.log(name);
  }
  process.exit(0);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
