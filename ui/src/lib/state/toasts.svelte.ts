/** Short messages over the page: alerts with a picture, confirmations with undo, errors. */

import { ApiError } from '../api/client';
import type { Event } from '../api/types';
import { known, t } from '../i18n/index.svelte';
import { announce } from './notify.svelte';

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
  #next = 1;

  alert(event: Event): void {
    if (this.list.some((toast) => toast.event?.id === event.id)) return;
    this.#show({ kind: 'alert', text: '', event });
    announce(event);
  }

  done(text: string, action?: Toast['action']): void {
    this.#show({ kind: 'done', text, ...(action ? { action } : {}) });
  }

  error(cause: unknown): void {
    this.#show({ kind: 'error', text: sentence(cause) });
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

/** What to tell a person about a failure: our words where we know the code, else the hub's. */
export function sentence(cause: unknown): string {
  if (cause instanceof ApiError) {
    const key = `error.${cause.code}`;
    if (cause.code === 'limited') return t('error.limited', { seconds: cause.retryAfter ?? 60 });
    return known(key) ? t(key) : cause.message;
  }
  return t('error.unknown');
}

export const toasts = new Toasts();
