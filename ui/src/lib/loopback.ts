/** Was the page opened by an address that means every machine itself? Nobody else gets here by it. */
export const onLoopback = /^(localhost|127\..*|\[::1\])$/.test(location.hostname);
