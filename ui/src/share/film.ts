/**
 * Opening a shared film with WebCrypto: the envelope of its key, then the film itself.
 *
 * The formats are those of src/consentry/seal/share.py: HKDF-SHA-256 over the link's secret (with
 * PBKDF2 of a passphrase as salt) opens the envelope; the film is a Cobblestone-256 message (C2SP
 * chunked-encryption v1: HKDF-Expand with SHA-512, AES-256-GCM, chunks of 16 KiB).
 */

const CHUNK = 16 * 1024;
const TAG = 16;
const SALT = 24;
const COMMITMENT = 32;
const KEY = 32;
const NONCE = 12;
const ENVELOPE_HEAD = 1 + 4 + 16;
const HKDF_AES256GCM = 1;

type Bytes = Uint8Array<ArrayBuffer>;

/** Link and passphrase do not belong together, or the film is not what was shared. */
export class SealError extends Error {}

const text = new TextEncoder();

/** Does the envelope want a passphrase as well? */
export function guarded(envelope: Bytes): boolean {
  return rounds(envelope) > 0;
}

/** Return the film's key. SealError for another link or passphrase. */
export async function openEnvelope(
  envelope: Bytes,
  secret: Bytes,
  id: string,
  passphrase = '',
): Promise<Bytes> {
  if (envelope[0] !== HKDF_AES256GCM) throw new SealError('unknown envelope');
  const head = envelope.slice(0, ENVELOPE_HEAD);
  const iterations = rounds(envelope);
  const salt = iterations > 0 ? await stretched(passphrase, head.slice(5), iterations) : new Uint8Array(KEY);
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const info = text.encode(`consentry/1/share-key/${id}`);
  const key = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['decrypt'],
  );
  const nonce = envelope.slice(ENVELOPE_HEAD, ENVELOPE_HEAD + NONCE);
  return opened(key, nonce, envelope.slice(ENVELOPE_HEAD + NONCE), head);
}

/** Return the film. SealError when it was changed, cut, or belongs to another share. */
export async function openFilm(sealed: Bytes, key: Bytes, id: string): Promise<Blob> {
  const head = SALT + COMMITMENT;
  const context = text.encode(`consentry/1/share/${id}`);
  const derived = await expanded(key, sealed.slice(0, SALT), context);
  if (sealed.length < head + TAG || !same(sealed.slice(SALT, head), derived.commitment))
    throw new SealError('another key');
  const pieces: Bytes[] = [];
  let size = CHUNK;
  for (let at = head, count = 0; at < sealed.length; at += CHUNK + TAG, count += 1) {
    const nonce = numbered(derived.nonce, count);
    const piece = await opened(derived.key, nonce, sealed.subarray(at, at + CHUNK + TAG));
    size = piece.length;
    pieces.push(piece);
  }
  if (size === CHUNK) throw new SealError('cut short'); // only the last chunk is short, and it always is
  return new Blob(pieces, { type: 'video/mp4' });
}

/** Read base64url without padding. */
export function fromText(encoded: string): Bytes {
  const raw = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

function rounds(envelope: Bytes): number {
  return new DataView(envelope.buffer, envelope.byteOffset).getUint32(1);
}

async function stretched(passphrase: string, salt: Bytes, iterations: number): Promise<Bytes> {
  const spoken = await crypto.subtle.importKey('raw', text.encode(passphrase), 'PBKDF2', false, [
    'deriveBits',
  ]);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, spoken, KEY * 8));
}

/** HKDF-Expand (RFC 5869, 2.3) to key, base nonce and commitment; WebCrypto's own extracts first. */
async function expanded(
  key: Bytes,
  salt: Bytes,
  context: Bytes,
): Promise<{ key: CryptoKey; nonce: Bytes; commitment: Bytes }> {
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-512' }, false, [
    'sign',
  ]);
  const label = text.encode('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0');
  const info = joined(label, salt, context);
  const first = new Uint8Array(await crypto.subtle.sign('HMAC', hmac, joined(info, Uint8Array.of(1))));
  const second = new Uint8Array(
    await crypto.subtle.sign('HMAC', hmac, joined(first, info, Uint8Array.of(2))),
  );
  const all = joined(first, second);
  return {
    key: await crypto.subtle.importKey('raw', all.slice(0, KEY), 'AES-GCM', false, ['decrypt']),
    nonce: all.slice(KEY, KEY + NONCE),
    commitment: all.slice(KEY + NONCE, KEY + NONCE + COMMITMENT),
  };
}

async function opened(
  key: CryptoKey,
  iv: Bytes,
  sealed: Bytes,
  additionalData: Bytes = new Uint8Array(),
): Promise<Bytes> {
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, sealed),
    );
  } catch {
    throw new SealError('does not open');
  }
}

/** The base nonce XOR the chunk's number, big-endian. */
function numbered(base: Bytes, count: number): Bytes {
  const nonce = base.slice();
  const view = new DataView(nonce.buffer);
  view.setUint32(8, (view.getUint32(8) ^ count) >>> 0);
  return nonce;
}

function joined(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function same(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((octet, at) => octet === other[at]);
}
