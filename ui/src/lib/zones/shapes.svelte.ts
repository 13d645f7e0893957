/** The areas of one camera while they are edited. Coordinates are shares of the picture, 0..1. */

import type { Camera, Label, Point, Polygon, Zone } from '../api/types';

export type ShapeKind = 'zone' | 'mask';

export interface Shape {
  key: number;
  kind: ShapeKind;
  name: string;
  labels: Label[];
  polygon: Polygon;
}

const CORNERS = 3;

export class Shapes {
  list = $state.raw<Shape[]>([]);
  selected = $state<number | null>(null);
  /** Corners set so far of a shape being drawn. */
  drawing = $state.raw<{ kind: ShapeKind; points: Polygon } | null>(null);
  changed = $state(false);
  #next = 1;

  constructor(camera: Camera) {
    this.reset(camera);
  }

  reset(camera: Camera): void {
    this.list = [
      ...camera.zones.map((zone) => this.#shape('zone', zone.polygon, zone.name, zone.labels)),
      ...camera.masks.map((mask) => this.#shape('mask', mask, '', [])),
    ];
    this.selected = null;
    this.drawing = null;
    this.changed = false;
  }

  get current(): Shape | undefined {
    return this.list.find((shape) => shape.key === this.selected);
  }

  get zones(): Zone[] {
    return this.list
      .filter(({ kind }) => kind === 'zone')
      .map(({ name, labels, polygon }) => ({ name, labels, polygon }));
  }

  get masks(): Polygon[] {
    return this.list.filter(({ kind }) => kind === 'mask').map(({ polygon }) => polygon);
  }

  begin(kind: ShapeKind): void {
    this.selected = null;
    this.drawing = { kind, points: [] };
  }

  put(point: Point): void {
    if (this.drawing)
      this.drawing = { ...this.drawing, points: [...this.drawing.points, inside(point)] };
  }

  unput(): void {
    if (this.drawing) this.drawing = { ...this.drawing, points: this.drawing.points.slice(0, -1) };
  }

  get canFinish(): boolean {
    return (this.drawing?.points.length ?? 0) >= CORNERS;
  }

  finish(name: string): void {
    if (!this.drawing || !this.canFinish) return;
    this.add(this.drawing.kind, this.drawing.points, name);
  }

  cancel(): void {
    this.drawing = null;
  }

  add(kind: ShapeKind, polygon: Polygon, name: string): void {
    const shape = this.#shape(kind, polygon, kind === 'zone' ? name : '', []);
    this.drawing = null;
    this.#set([...this.list, shape]);
    this.selected = shape.key;
  }

  remove(key: number): void {
    this.#set(this.list.filter((shape) => shape.key !== key));
    if (this.selected === key) this.selected = null;
  }

  change(key: number, change: Partial<Pick<Shape, 'name' | 'labels' | 'polygon'>>): void {
    this.#set(this.list.map((shape) => (shape.key === key ? { ...shape, ...change } : shape)));
  }

  moveCorner(shape: Shape, corner: number, to: Point): void {
    this.change(shape.key, { polygon: shape.polygon.with(corner, inside(to)) });
  }

  addCorner(shape: Shape, after: number, at: Point): void {
    this.change(shape.key, { polygon: shape.polygon.toSpliced(after + 1, 0, inside(at)) });
  }

  removeCorner(shape: Shape, corner: number): void {
    if (shape.polygon.length > CORNERS)
      this.change(shape.key, { polygon: shape.polygon.toSpliced(corner, 1) });
  }

  /** Move the whole shape, stopped by the picture's edge. */
  moveBy(shape: Shape, by: Point): void {
    const xs = shape.polygon.map(([x]) => x);
    const ys = shape.polygon.map(([, y]) => y);
    const dx = Math.min(Math.max(by[0], -Math.min(...xs)), 1 - Math.max(...xs));
    const dy = Math.min(Math.max(by[1], -Math.min(...ys)), 1 - Math.max(...ys));
    this.change(shape.key, { polygon: shape.polygon.map(([x, y]) => inside([x + dx, y + dy])) });
  }

  #set(list: Shape[]): void {
    this.list = list;
    this.changed = true;
  }

  #shape(kind: ShapeKind, polygon: Polygon, name: string, labels: Label[]): Shape {
    return { key: this.#next++, kind, name, labels, polygon };
  }
}

function inside([x, y]: Point): Point {
  const share = (value: number): number =>
    Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
  return [share(x), share(y)];
}
