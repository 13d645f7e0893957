/** What is wrong, and what to do: in the owner's language. */

import { ApiError } from './api/client';
import { known, t } from './i18n/index.svelte';

/** What a camera's state means and what to do, in the owner's language; the hub's sentence where we have none. */
export function stateText(state: string, message: string): { title: string; advice: string } {
  const title = `state.${state}`;
  const advice = `state.${state}.do`;
  return {
    title: known(title) ? t(title) : message,
    advice: known(advice) ? t(advice) : message,
  };
}

/** What to tell a person about a failure: the words for its reason, a camera's state, or its code. */
export function sentence(cause: unknown): string {
  if (!(cause instanceof ApiError)) return t('error.unknown');
  if (cause.code === 'limited') return t('error.limited', { count: cause.retryAfter ?? 60 });
  const why = `why.${cause.reason ?? ''}`;
  if (known(why)) return t(why, cause.facts);
  if (cause.state) {
    const { title, advice } = stateText(cause.state, '');
    return advice ? `${title}. ${advice}` : title;
  }
  const key = `error.${cause.code}`;
  return known(key) ? t(key) : t('error.unknown');
}

/** The same where only a password was asked for: no name can be wrong. */
export function passwordSentence(cause: unknown): string {
  const wrong = cause instanceof ApiError && cause.code === 'wrong_credentials';
  return wrong ? t('error.wrong_password') : sentence(cause);
}
