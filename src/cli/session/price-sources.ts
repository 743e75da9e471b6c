import { once } from 'node:events'
import type { Connection } from '../../aws/connection.ts'
import type { AwsPlace } from '../../aws/context.ts'
import { whoAmI } from '../../aws/identity.ts'
import { partitionOf } from '../../aws/partitions.ts'
import { awsContext } from '../../aws/regions.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { PriceSources } from '../../report/sources/prices.ts'
import type { App } from '../command.ts'
import { cacheFolder, textCache } from './cache-folder.ts'
import { reachOf, regionChoice } from './connection.ts'

interface Asked {
  places: readonly AwsPlace[]
  offline?: boolean
  within?: boolean
  notes?: readonly Warning[]
  /** Whose prices they are where the places do not say, asked only where they can be kept. Without an account none are. */
  accountId?: string | (() => Promise<string | undefined>)
}

/** The user's own prices, and AWS's list unless offline; it is asked through the first place, for profiles through each. */
export async function priceSources(
  app: App,
  { places, offline = app.common.offline, within = false, notes = [], ...asked }: Asked,
): Promise<PriceSources> {
  const { config } = app
  const [first] = places
  const accountId = asked.accountId ?? first?.account
  return {
    places,
    ...(config?.prices && { overrides: { prices: config.prices, source: config.file } }),
    ...(config?.profiles && { profiles: config.profiles }),
    ...(!offline && {
      live: { ...(within && { within }), ...(first && accountId && (await keptFor(app, first.region, accountId))) },
    }),
    ...(notes.length > 0 && { notes }),
  }
}

/** Kept for one endpoint, partition and account. What came in the clear can be anybody's (a sandbox's), and is not kept. */
async function keptFor(
  app: App,
  region: string,
  accountId: NonNullable<Asked['accountId']>,
): Promise<NonNullable<PriceSources['live']>> {
  const folder = cacheFolder(app.env)
  const { connection, endpointUrl } = await reachOf(app, region)
  const endpoint = endpointUrl ?? connection.endpoint('pricing') ?? ''
  if (folder === undefined || /^http:/i.test(endpoint)) return {}
  const account = typeof accountId === 'string' ? accountId : await accountId()
  return account ? { cache: textCache(folder, [partitionOf(region).id, endpoint, account].join(' ')) } : {}
}

/** What is at hand has no places: AWS is asked for its prices where that holds up nobody. */
export async function pricesFor(app: App, places: readonly AwsPlace[]): Promise<PriceSources> {
  if (app.common.offline || places.length > 0) return priceSources(app, { places })
  const signed = await signInQuickly(app)
  return priceSources(app, { ...signed, offline: signed.places.length === 0 })
}

const ANSWER_MS = 1_000
/** Milliseconds after which AWS's price list is not waited for any longer. */
const LIST_MS = 8_000

/** Signs in for what is better with AWS and does without: never fails, nor asks where nothing names credentials. */
async function signInQuickly(app: App): Promise<{ places: readonly AwsPlace[]; notes: readonly Warning[] }> {
  const notAsked = (why: string) => {
    const message = `the AWS Price List was not read: ${why}; bundled prices are used, as with --offline`
    return { places: [], notes: [{ code: 'price-list-unavailable', message } as const] }
  }
  try {
    // Prices are of the Regions that the rows name: this one is only where AWS is asked.
    const choice = await regionChoice(app, 'us-east-1')
    const region = 'named' in choice ? choice.named[0] : choice.allFrom
    const reach = await reachOf(app, region)
    if (!namesCredentials(reach.connection)) return notAsked('neither variables nor a profile name AWS credentials')
    const within = (ms: number) => AbortSignal.any([app.cx.signal, AbortSignal.timeout(ms)])
    const cx = awsContext({ ...app.cx, signal: within(LIST_MS) }, reach)
    const abortSignal = within(ANSWER_MS)
    // Credentials may come from a program that no signal reaches.
    const expired = once(abortSignal, 'abort').then(() => abortSignal.throwIfAborted() as never)
    const { accountId } = await Promise.race([whoAmI(cx, { abortSignal, isAdvice: true }), expired])
    return { places: [{ account: accountId, region, cx }], notes: [] }
  } catch (error) {
    if (app.cx.signal.aborted) throw error
    return notAsked(isAppError(error) ? error.message : 'no credentials within a second')
  }
}

const VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]

/** A machine's own role is not looked for: where there is none, as in most of CI, that alone takes seconds. */
function namesCredentials({ env, files, profile }: Connection): boolean {
  return VARIABLES.some((name) => env[name]) || files.profiles.has(profile) || files.credentials.has(profile)
}
