import type { IncomingHttpHeaders } from 'node:http'

/** What a browser says of a request that a page of another site makes (Fetch Metadata). */
const OTHER_SITES = new Set(['cross-site', 'same-site'])

/** A browser's page may come under a name of its own (DNS rebinding) or with an origin; AWS's clients do neither. */
export function refusal(headers: IncomingHttpHeaders, port: number): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers
  const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
  if (!own.includes(host.toLowerCase())) return 'the sandbox answers under its own host and port only'
  const isOwn = origin === undefined || own.some((each) => origin.toLowerCase() === `http://${each}`)
  if (!isOwn || OTHER_SITES.has(String(site))) return 'the sandbox answers no page of another origin'
  return undefined
}
