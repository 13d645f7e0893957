/** Asking the hub for a shared clip. Nothing is asked before the recipient's click: robots that look at links open none. */

import { fromText } from './film';

export interface Opening {
  id: string;
  ticket: string;
  envelope: Uint8Array<ArrayBuffer>;
  codec: string;
}

/** The link is used up, over, or taken back. */
export class GoneError extends Error {}

/** What the address holds: the token asks the hub, the secret never leaves this page. */
export function linkOf(location: Location): { token: string; secret: string } | null {
  const token = /^\/s\/([\w-]{10,})$/.exec(location.pathname)?.[1];
  const secret = /^#([\w-]{43})$/.exec(location.hash)?.[1];
  return token && secret ? { token, secret } : null;
}

/** Open the link: this counts. */
export async function open(token: string): Promise<Opening> {
  const response = await fetch('/api/shared/open', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Consentry': '1' },
    body: JSON.stringify({ token }),
  });
  if (!response.ok) throw new GoneError();
  const answer = (await response.json()) as Record<'id' | 'ticket' | 'envelope' | 'codec', string>;
  return { ...answer, envelope: fromText(answer.envelope) };
}

/** Fetch the sealed film, telling how much of it is here (0..1). */
export async function fetchFilm(
  ticket: string,
  progress: (share: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch('/api/shared/film', { headers: { 'X-Consentry-Ticket': ticket } });
  if (!response.ok || !response.body) throw new GoneError();
  const film = new Uint8Array(Number(response.headers.get('Content-Length')));
  const reader = response.body.getReader();
  let at = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    film.set(next.value, at);
    at += next.value.length;
    progress(at / film.length);
  }
  if (at < film.length) throw new GoneError();
  return film;
}
