/** Short messages over the page: alerts with a picture, confirmations with undo, errors. */

import type { Event } from '../api/types';
import { sentence } from '../failure';

export interface Toast {
  id: number;
  kind: 'alert' | 'done' | 'error';
  text: string;
  event?: Event;
  action?: { label: string; run: () => void };
}

const MOST = 4;
const STAY = { alert: 14_000, done: 6_000, error: 9_000 };

class Toasts {
  list = $state.raw<Toast[]>([]);
  /** The dialog on top, which shows them while it is open: what lies behind one is covered and not read out. */
  get over(): symbol | undefined {
    return this.#dialogs.at(-1);
  }
  #dialogs = $state.raw<symbol[]>([]);
  /** Called for each alert shown; the browser may tell of it too. */
  onalert: (event: Event) => void = () => undefined;
  #next = 1;

  alert(event: Event): void {
    if (this.list.some((toast) => toast.event?.id === event.id)) return;
    this.#show({ kind: 'alert', text: '', event });
    this.onalert(event);
  }

  done(text: string, action?: Toast['action']): void {
    this.#show({ kind: 'done', text, ...(action ? { action } : {}) });
  }

  error(cause: unknown): void {
    this.#show({ kind: 'error', text: sentence(cause) });
  }

  /** A dialog lies over the page until what is returned is called. */
  cover(dialog: symbol): () => void {
    this.#dialogs = [...this.#dialogs, dialog];
    return () => {
      this.#dialogs = this.#dialogs.filter((one) => one !== dialog);
    };
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  clear(): void {
    this.list = [];
  }

  #show(toast: Omit<Toast, 'id'>): void {
    const id = this.#next++;
    // The same words twice are one message, shown anew.
    const others = this.list.filter(({ text }) => !text || text !== toast.text);
    this.list = [...others, { id, ...toast }].slice(-MOST);
    window.setTimeout(() => this.close(id), STAY[toast.kind]);
  }
}

export const toasts = new Toasts();
