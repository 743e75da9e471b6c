import type { IncomingHttpHeaders } from 'node:http'

/** What a browser says of a request that a page of another site makes (Fetch Metadata). */
const OTHER_SITES = new Set(['cross-site', 'same-site'])

/**
 * Why a request is none for this server; undefined for one that is. A page that a browser shows may send requests to the
 * loopback interface: under a name of its own that it has pointed there (DNS rebinding), or from its own origin. AWS's clients
 * name the host that they were given, and no origin.
 */
export function refusal(headers: IncomingHttpHeaders, port: number): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers
  const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
  if (!own.includes(host.toLowerCase())) return 'the sandbox answers under its own host and port only'
  const isOwn = origin === undefined || own.some((each) => origin.toLowerCase() === `http://${each}`)
  if (!isOwn || OTHER_SITES.has(String(site))) return 'the sandbox answers no page of another origin'
  return undefined
}
