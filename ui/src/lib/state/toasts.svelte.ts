/** Short messages over the page: alerts with a picture, confirmations with undo, errors. */

import { ApiError } from '../api/client';
import type { Event } from '../api/types';
import { known, t } from '../i18n/index.svelte';
import { stateText } from '../words';
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

/** What to tell a person about a failure: the words for its reason, a camera's state, or its code. */
export function sentence(cause: unknown): string {
  if (!(cause instanceof ApiError)) return t('error.unknown');
  if (cause.code === 'limited') return t('error.limited', { seconds: cause.retryAfter ?? 60 });
  const why = `why.${cause.reason ?? ''}`;
  if (known(why)) return t(why, cause.facts);
  if (cause.state) {
    const { title, advice } = stateText(cause.state, '');
    return advice ? `${title}. ${advice}` : title;
  }
  const key = `error.${cause.code}`;
  return known(key) ? t(key) : t('error.unknown');
}

export const toasts = new Toasts();
