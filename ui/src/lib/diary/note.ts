/** Signed checkpoints: c2sp.org/signed-note and c2sp.org/tlog-checkpoint, Ed25519. */

import { same, sha256, unbase64, utf8, type Bytes } from './hash.ts';

const ED25519 = 1;
const ID_SIZE = 4;
const HASH_SIZE = 32;

export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
}

export interface Opened {
  checkpoint: Checkpoint;
  /** False where this browser knows no Ed25519 (Chromium before 137): the log's growth is checked all the same. */
  signed: boolean;
}

interface Key {
  name: string;
  id: Bytes;
  raw: Bytes;
}

/** The checkpoint in a note signed by `key`; null when anything about it is wrong. */
export async function open(note: string, key: string): Promise<Opened | null> {
  const verifier = await parseKey(key);
  const gap = note.lastIndexOf('\n\n');
  if (!verifier || gap < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, gap + 1);
  const checkpoint = parseCheckpoint(text);
  if (!checkpoint || checkpoint.origin !== verifier.name) return null;
  const own = note
    .slice(gap + 2, -1)
    .split('\n')
    .map((line) => signatureOf(line, verifier))
    .filter((signature) => signature !== null);
  const signature = own[0];
  if (signature === undefined) return null;
  const good = await isSigned(utf8(text), signature, verifier.raw);
  return good === false ? null : { checkpoint, signed: good === true };
}

async function parseKey(key: string): Promise<Key | null> {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(key) ?? [];
  const typed = unbase64(encoded);
  if (!typed || typed.length !== 1 + HASH_SIZE || typed[0] !== ED25519) return null;
  const own = (await sha256(utf8(`${name}\n`), typed)).slice(0, ID_SIZE);
  const named = Uint8Array.from(id.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return same(own, named) ? { name, id: own, raw: typed.slice(1) } : null;
}

function parseCheckpoint(text: string): Checkpoint | null {
  const lines = text.split('\n');
  const [origin = '', size = '', hash = '', end] = lines;
  const root = unbase64(hash);
  const plain = /^(0|[1-9]\d{0,15})$/.test(size);
  if (lines.length !== 4 || end !== '' || !origin || !plain || root?.length !== HASH_SIZE)
    return null;
  return { origin, size: Number(size), root };
}

/** The signature of a line when it is of that key, null when it is somebody else's. */
function signatureOf(line: string, key: Key): Bytes | null {
  const [dash, name, encoded, ...more] = line.split(' ');
  const signature = unbase64(encoded ?? '');
  if (dash !== '\u2014' || name !== key.name || more.length || !signature) return null;
  return same(signature.slice(0, ID_SIZE), key.id) ? signature.slice(ID_SIZE) : null;
}

/** Undefined where this browser cannot tell. */
async function isSigned(text: Bytes, signature: Bytes, raw: Bytes): Promise<boolean | undefined> {
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return undefined;
    return false;
  }
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, text);
}
