import type { Connection } from '../../aws/connection.ts'
import type { AwsPlace } from '../../aws/context.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { App } from './app.ts'
import { reachOf, regionChoice } from './connection.ts'

/** Milliseconds that credentials may take, and AWS to say whose they are. */
const ANSWER_MS = 1_000
/** Milliseconds after which AWS's price list is not waited for any longer. */
const LIST_MS = 8_000

/**
 * Signs in for what is better with AWS and does without: what has no account to ask is not held up, and never fails. Where
 * nothing names credentials, nothing is loaded and nobody is asked.
 */
export async function signInQuickly(app: App): Promise<{ places: readonly AwsPlace[]; notes: readonly Warning[] }> {
  try {
    const region = await regionOf(app)
    const reach = await reachOf(app, region)
    if (!namesCredentials(reach.connection)) return notAsked('neither variables nor a profile name AWS credentials')
    const { awsContext } = await import('../../aws/regions.ts')
    const { whoAmI } = await import('../../aws/identity.ts')
    const signal = AbortSignal.any([app.cx.signal, AbortSignal.timeout(LIST_MS)])
    const cx = awsContext({ ...app.cx, signal }, reach)
    const abortSignal = AbortSignal.any([app.cx.signal, AbortSignal.timeout(ANSWER_MS)])
    const { accountId } = await Promise.race([whoAmI(cx, { abortSignal, isAdvice: true }), expiry(abortSignal)])
    return { places: [{ account: accountId, region, cx }], notes: [] }
  } catch (error) {
    if (app.cx.signal.aborted) throw error
    return notAsked(isAppError(error) ? error.message : 'no credentials within a second')
  }
}

/** Prices are of the Regions that the rows name: this one is only where AWS is asked. */
async function regionOf(app: App): Promise<string> {
  const choice = await regionChoice(app, 'us-east-1')
  return 'named' in choice ? choice.named[0] : choice.allFrom
}

const VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]

/**
 * Whether a variable or a profile names credentials. A machine's own role is not looked for: where there is none, as in most
 * of CI, that alone takes seconds.
 */
function namesCredentials({ env, files, profile }: Connection): boolean {
  return VARIABLES.some((name) => env[name]) || files.profiles.has(profile) || files.credentials.has(profile)
}

/** Rejects once time is up: credentials may come from a program that no signal reaches. */
function expiry(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
  })
}

function notAsked(why: string): { places: readonly AwsPlace[]; notes: readonly Warning[] } {
  const message = `the AWS Price List was not read: ${why}; bundled prices are used, as with --offline`
  return { places: [], notes: [{ code: 'price-list-unavailable', message }] }
}
