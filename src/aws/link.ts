import type { AwsContext, AwsPlace, Link } from './context.ts'

/** AWS's own monitoring account (CloudWatch cross-account observability): a place that also reads what others share with it. */
export function asHub({ account, region, cx }: AwsPlace): AwsPlace {
  return { account, region, cx: { ...cx, link: { owner: account, hub: { account } } } }
}

/** An account that shares its metrics or logs with a hub, as it is read there: every call goes to the hub. */
export function throughHub({ region, cx }: AwsPlace, owner: string): AwsPlace {
  return { account: owner, region, cx: { ...cx, link: { ...(cx.link as Link), owner } } }
}

export function ownerOf({ link }: Pick<AwsContext, 'link'>): string | undefined {
  return link && link.owner !== link.hub.account ? link.owner : undefined
}

export function isLinked({ cx }: AwsPlace): boolean {
  return ownerOf(cx) !== undefined
}
