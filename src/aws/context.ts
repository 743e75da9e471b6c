import type { Context } from '../core/context.ts'
import type { Place } from '../core/place.ts'
import type { SERVICES } from './services.ts'

export interface SendOptions {
  /** Instead of the context's: for what has to be tidied up after the interruption, or is worth only so much time. */
  abortSignal?: AbortSignal
  /** The answer is advice, which must not hold up the work: a fault on AWS's side is not waited out. */
  isAdvice?: boolean
  /** Not idempotent: what may have been done is not asked for again. */
  isOnce?: boolean
}

type ClientOf<Service extends keyof typeof SERVICES> = InstanceType<Awaited<ReturnType<(typeof SERVICES)[Service][1]>>>

/** Each client reduced to one method, which throws nothing but `AppError`; made at its first call. */
export type Aws = {
  readonly [Service in keyof typeof SERVICES]: Pick<ClientOf<Service>, 'send'> & { readonly service?: string }
} & {
  /** Whether S3 is spoken to without TLS, which no endpoint of AWS is. */
  readonly withoutTls?: boolean
}

/** One of the accounts that are read through one of them, in its Region. */
export interface Link {
  readonly owner: string
  /** The account that is called; the same object for all that are read through it. */
  readonly hub: { readonly account: string }
}

export interface AwsContext extends Context {
  readonly aws: Aws
  in(region: string): AwsContext
  readonly link?: Link
}

/** The same context, in every Region, whose events go elsewhere. */
export function telling(cx: AwsContext, emit: AwsContext['emit']): AwsContext {
  return { ...cx, emit, in: (region) => telling(cx.in(region), emit) }
}

export type AwsPlace = Place<AwsContext>
