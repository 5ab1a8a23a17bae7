// PouchDB behind its own HTTP server: documents are replicated to it and from it.
//
// Usage: node pouch_sync.js ROWS FOLDER. Prints one line of JSON.

const fs = require('node:fs');
const path = require('node:path');
const express = require('express');
const PouchDB = require('pouchdb');

const rows = Number(process.argv[2]);
const folder = path.resolve(process.argv[3]);
const BATCH = 1000;

function databases(name) {
  const home = path.join(folder, name);
  fs.mkdirSync(home, { recursive: true });
  return PouchDB.defaults({ prefix: home + path.sep });
}

async function timed(work) {
  const begun = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begun) / 1e9;
}

async function main(port) {
  const Local = databases('client');
  const store = `http://127.0.0.1:${port}/store`;
  const sender = new Local('sender');
  const documents = Array.from({ length: rows }, (_, n) => ({
    _id: `m${String(n).padStart(8, '0')}`,
    name: `member ${n}`,
    skin: 'combination skin, dull around the eyes; '.repeat(3),
  }));
  await sender.bulkDocs(documents);
  const push = await timed(() => sender.replicate.to(store, { batch_size: BATCH }));
  const receiver = new Local('receiver');
  const pull = await timed(() => receiver.replicate.from(store, { batch_size: BATCH }));
  const { doc_count: came } = await receiver.info();
  if (came !== rows) throw new Error(`${came} documents came`);
  console.log(JSON.stringify({ documents: rows, push_per_s: rows / push, pull_per_s: rows / pull }));
}

const app = express();
const Server = databases('server');
app.use(
  '/',
  require('express-pouchdb')(Server, {
    mode: 'minimumForPouchDB',
    logPath: path.join(folder, 'log.txt'),
    configPath: path.join(folder, 'config.json'),
  }),
);
const server = app.listen(0, '127.0.0.1', () => {
  main(server.address().port).then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
