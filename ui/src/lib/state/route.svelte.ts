/** Where we are: the part of the address after `#`. Links are plain `<a href="#/...">`. */

export interface Route {
  path: string[];
  query: URLSearchParams;
}

function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return {
    path: path.split('/').filter(Boolean).map(decodeURIComponent),
    query: new URLSearchParams(query),
  };
}

let current = $state.raw<Route>(parse(location.hash));
window.addEventListener('hashchange', () => {
  const next = parse(location.hash);
  const samePage = next.path.join('/') === current.path.join('/');
  current = next;
  if (!samePage) window.scrollTo(0, 0);
});

export const route = {
  get path(): string[] {
    return current.path;
  },
  get query(): URLSearchParams {
    return current.query;
  },
};

export function go(to: string): void {
  location.hash = to;
}

/** Change the address without a step in the browser's history (the timeline's moment, a filter). */
export function replace(to: string): void {
  history.replaceState(null, '', to);
  current = parse(to);
}
