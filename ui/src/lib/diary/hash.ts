/** SHA-256 and the two hashes of a Merkle tree (RFC 6962), by WebCrypto. */

export type Bytes = Uint8Array<ArrayBuffer>;

/** False on plain HTTP from another machine: browsers have no `crypto.subtle` there. */
export function hasCrypto(): boolean {
  return typeof globalThis.crypto?.subtle?.digest === 'function';
}

export async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined(parts)));
}

/** A leaf's hash; its first byte keeps a node from passing for a leaf. */
export function leafHash(entry: Bytes): Promise<Bytes> {
  return sha256(Uint8Array.of(0), entry);
}

export function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(Uint8Array.of(1), left, right);
}

export function same(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** The bytes of strict base64, null for anything else. */
export function unbase64(text: string): Bytes | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  return btoa(binary) === text ? Uint8Array.from(binary, (char) => char.charCodeAt(0)) : null;
}

function joined(parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
