/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { Label } from './everywhere.ts';

export type AlertReason =
  | 'alerted'
  | 'low_score'
  | 'too_small'
  | 'outside_zones'
  | 'stood_still'
  | 'same_incident'
  | 'label_off'
  | 'quiet_hours'
  | 'cool_down'
  | 'snoozed';

export interface ClipSpan {
  from_us: number;
  to_us: number;
}

export interface Correction {
  verdict: Verdict;
  label: Label | null;
}

export interface CorrectionBody {
  verdict: Verdict;
  label?: Label | null;
}

export interface Event {
  id: string;
  camera: string;
  label: Label;
  start: string;
  end: string | null;
  start_us: number;
  end_us: number | null;
  score: number;
  alert: boolean;
  reason: AlertReason;
  incident: string;
  zones: string[];
  boxes: SeenBox[] | null;
  best: SeenBox;
  correction: Correction | null;
  clip: ClipSpan;
}

export interface Events {
  events: Event[];
  next: string | null;
}

export interface SeenBox {
  t_us: number;
  box: [number, number, number, number];
  score: number;
}

export type Verdict = 'right' | 'nothing' | 'wrong_kind';
