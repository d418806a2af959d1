/**
 * A small blocking HTTP/1.1 client on a Unix or TCP socket, with server-sent events and WebSockets. What arrives is
 * untrusted: every length is bounded, and what the protocols forbid is an error.
 *
 * <p>It deliberately has no redirects, cookies, compression, TLS or connection pool: a connection carries one request.
 */
@NullMarked
package boxrun.http;

import org.jspecify.annotations.NullMarked;
