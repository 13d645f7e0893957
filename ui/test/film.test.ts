/** Shared films open here as the hub sealed them; the bytes are those of tests/seal/test_share.py. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fromText, guarded, openEnvelope, openFilm, SealError } from '../src/share/film.ts';

const ID = 'share00000000001';
const hex = (digits: string) => new Uint8Array(Buffer.from(digits, 'hex'));
const count = (from: number) => Uint8Array.from({ length: 32 }, (_, at) => from + at);

const ENVELOPE = hex(
  '0100000000d25eeca6f85d1aaf1e106bef4d66c7799240c2ec005ec931777c4100bf2f6bea8c17be10052f6593ba8e' +
    '664f6083e07cb71e394213836af67740286aeb0d2751da1fbceb50d37c6c0e259fc4',
);
const FILM = hex(
  'd1a51a3a90f07e7b58390fa3e1f8c63a0b53f09a187e24a99063608201f2cd051fe9ce4fe721d0471d04887e7052f6' +
    '57186504ebe90d5421153d8a05b3b2a0e95b217b0b08182bd60021e37c805b',
);

test('the link opens the envelope, and its key the film', async () => {
  assert.equal(guarded(ENVELOPE), false);
  const key = await openEnvelope(ENVELOPE, count(100), ID);
  assert.deepEqual(key, count(0));
  assert.equal(await (await openFilm(FILM, key, ID)).text(), 'a clip');
});

test('another link, another share, a flipped bit and a missing end are told', async () => {
  await assert.rejects(openEnvelope(ENVELOPE, count(101), ID), SealError);
  await assert.rejects(openEnvelope(ENVELOPE, count(100), 'share00000000002'), SealError);
  await assert.rejects(openFilm(FILM, count(0), 'share00000000002'), SealError);
  for (let at = 0; at < FILM.length; at += 7) {
    const flipped = FILM.slice();
    flipped[at]! ^= 4;
    await assert.rejects(openFilm(flipped, count(0), ID), SealError);
    await assert.rejects(openFilm(FILM.slice(0, at), count(0), ID), SealError);
  }
});

test('base64url without padding is read', () => {
  assert.deepEqual(fromText('-_8'), Uint8Array.of(0xfb, 0xff));
});
