/** The browser's own notifications: only after the owner allowed them, only while the page is not in view. */

import { url } from '../api/client';
import type { Event } from '../api/types';
import { eventTitle } from '../words';
import { go } from './route.svelte';

const STORED = 'consentry.notify';

let wanted = $state(localStorage.getItem(STORED) === 'yes');
let refused = $state('Notification' in window && Notification.permission === 'denied');

export const browserNotices = {
  get possible(): boolean {
    return 'Notification' in window && window.isSecureContext;
  },
  /** Whoever once said no is not asked again: only the browser's own settings undo it. */
  get refused(): boolean {
    return refused;
  },
  get on(): boolean {
    return wanted && this.possible && Notification.permission === 'granted';
  },
  async choose(on: boolean): Promise<void> {
    if (on && this.possible && Notification.permission === 'default')
      await Notification.requestPermission();
    refused = this.possible && Notification.permission === 'denied';
    wanted = on && this.possible && Notification.permission === 'granted';
    localStorage.setItem(STORED, wanted ? 'yes' : 'no');
  },
};

export function announce(event: Event): void {
  if (!browserNotices.on || document.visibilityState === 'visible') return;
  const notice = new Notification(eventTitle(event), {
    icon: url.picture(event.id, { crop: true, width: 256 }),
    tag: event.incident,
  });
  notice.onclick = () => {
    window.focus();
    go(`#/events/${event.id}`);
  };
}
