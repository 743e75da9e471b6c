import { usageError } from '../core/errors.ts'

/** The proxy that a request to a URL goes through; undefined for one that goes straight to its host. */
export type ProxyFor = (target: URL) => URL | undefined

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY as Python's urllib, and so the AWS CLI, reads them: lower case is stronger. */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>) {
  const named = (name: string) => [name.toLowerCase(), name.toUpperCase()].find((each) => env[each] !== undefined) ?? ''
  const proxies = new Map(['http', 'https'].map((scheme) => [`${scheme}:`, proxyUrl(named(`${scheme}_proxy`), env)]))
  const exceptions = (env[named('no_proxy')] ?? '').split(',').map((entry) => entry.trim().toLowerCase())
  return {
    hasProxy: [...proxies.values()].some((proxy) => proxy !== undefined),
    proxyFor: ((target) =>
      isException(target, exceptions) ? undefined : proxies.get(target.protocol)) satisfies ProxyFor,
  }
}

function proxyUrl(variable: string, env: Readonly<Record<string, string | undefined>>): URL | undefined {
  const value = env[variable]?.trim()
  if (!value) return undefined
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value) ?? []
  if (scheme !== undefined && !/^https?$/i.test(scheme)) {
    throw usageError(`${variable} names a proxy of ${scheme}: not one of HTTP`, 'give one such as http://proxy:3128')
  }
  const url = /^https?:/i.test(value) ? value : `http://${value.replace(/^\/\//, '')}`
  if (URL.canParse(url)) return new URL(url)
  throw usageError(`${variable} is '${value}': not the URL of a proxy`, 'give one such as http://proxy:3128')
}

/** A name covers the hosts below it, with or without its dot; `*` alone covers all; a port narrows it. No networks (CIDR). */
function isException({ hostname, host }: URL, exceptions: readonly string[]): boolean {
  if (exceptions.length === 1 && exceptions[0] === '*') return true
  return exceptions.some((entry) => {
    const name = entry.replace(/^\.+/, '')
    return name !== '' && [hostname, host].some((each) => each === name || each.endsWith(`.${name}`))
  })
}
