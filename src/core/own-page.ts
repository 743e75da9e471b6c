/** What a browser says of a request that a page of another site makes (Fetch Metadata). */
const OTHER_SITES: ReadonlySet<unknown> = new Set(['cross-site', 'same-site'])

type Headers = Partial<Readonly<Record<'host' | 'origin', string | undefined>>> & { 'sec-fetch-site'?: unknown }

/** Why a server of this machine does not answer: pages may come under other names (DNS rebinding) or with an origin. */
export function refusal(
  { host = '', origin, 'sec-fetch-site': site }: Headers,
  isOwn: (host: string) => boolean,
): string | undefined {
  const own = host.toLowerCase()
  if (!isOwn(own)) return 'this server answers under names of this machine only'
  const isForeign = origin !== undefined && origin.toLowerCase() !== `http://${own}`
  return isForeign || OTHER_SITES.has(site) ? 'this server does not answer pages of another origin' : undefined
}
