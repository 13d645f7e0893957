/** The hub's live messages, with reconnection. */

import { url } from './client';
import type { FeedMessage } from './types';

export interface FeedHandlers {
  onopen: () => void;
  onlost: () => void;
  /** This session is over: somebody signed it out. */
  onover: () => void;
  onmessage: (message: FeedMessage) => void;
}

/** The hub's close code for that; with 4403 one's rights changed, and connecting again is right. */
const SESSION_OVER = 4401;

/** Listen until the returned function is called. */
export function listen(handlers: FeedHandlers): () => void {
  let socket: WebSocket | null = null;
  let timer = 0;
  let tries = 0;
  let over = false;

  function connect(): void {
    const mine = new WebSocket(url.feed());
    socket = mine;
    mine.onopen = () => {
      tries = 0;
      handlers.onopen();
    };
    mine.onmessage = ({ data }: MessageEvent<string>) =>
      handlers.onmessage(JSON.parse(data) as FeedMessage);
    mine.onclose = ({ code }) => {
      if (over) return;
      if (code === SESSION_OVER) return handlers.onover();
      // A first loss is often a hub that restarts: say nothing for the first second.
      if (tries > 0) handlers.onlost();
      timer = window.setTimeout(connect, Math.min(10_000, 500 * 2 ** tries));
      tries += 1;
    };
  }

  connect();
  return () => {
    over = true;
    window.clearTimeout(timer);
    socket?.close();
  };
}
