import type { InitializeMiddleware, MetadataBearer } from '@aws-sdk/types'

/**
 * Keeps a client from retrying after a fault on AWS's side (some emulations of AWS have nothing else to say): for what is only
 * advice, and must not hold up the work.
 */
export function failAtOnce<In extends object, Out extends MetadataBearer>(): InitializeMiddleware<In, Out> {
  return (next) => async (args) => {
    try {
      return await next(args)
    } catch (error) {
      const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
      if (($metadata?.httpStatusCode ?? 0) < 500) throw error
      // Without the signs by which a fault is known as one that time may heal.
      throw Object.assign(new Error(message), { name })
    }
  }
}
