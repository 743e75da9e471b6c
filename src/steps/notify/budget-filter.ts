import type { Expression } from '@aws-sdk/client-budgets'
import { GetAttributeValuesCommand } from '@aws-sdk/client-pricing'
import type { AwsContext, SendOptions } from '../../aws/context.ts'
import { itemsOf } from '../../aws/pages.ts'
import { equal } from '../../core/diff.ts'
import { isAppError } from '../../core/errors.ts'

/** What AWS bills of Bedrock under its own name. */
const OWN_NAMES = ['Amazon Bedrock', 'Amazon Bedrock AgentCore', 'Amazon Bedrock Service']

/** Without it there is a filter too. */
const ADVICE: SendOptions = { isAdvice: true }

/** Where AWS lists the models that are sold through its Marketplace, each under a service name of its own. */
const LISTED = { ServiceCode: 'AmazonBedrockFoundationModels', AttributeName: 'servicename' }

/**
 * Bedrock under AWS's own names, and everything that is bought through AWS Marketplace, as the models that are sold there are.
 * It counts other purchases too, and misses nothing.
 */
const withMarketplace = (...names: string[]): Expression => ({
  Or: [
    { Dimensions: { Key: 'SERVICE', Values: names, MatchOptions: ['EQUALS'] } },
    { Dimensions: { Key: 'BILLING_ENTITY', Values: ['AWS Marketplace'], MatchOptions: ['EQUALS'] } },
  ],
})

/** For an AWS that refuses the names; once put, it stays. Earlier versions put the same. */
export const WITH_MARKETPLACE = withMarketplace('Amazon Bedrock', 'Amazon Bedrock Service')

/** For as long as the names cannot be told. */
export const UNTIL_NAMED = withMarketplace(...OWN_NAMES)

/**
 * The names of the services that Bedrock is billed under, by AWS's price list: "Claude Sonnet 4.6 (Amazon Bedrock Edition)".
 * Undefined where the list cannot be read. Throws only when interrupted, or for want of credentials.
 */
export async function bedrockServices({ aws }: AwsContext): Promise<string[] | undefined> {
  try {
    const values = await itemsOf(
      'pricing:GetAttributeValues',
      (NextToken) => aws.pricing.send(new GetAttributeValuesCommand({ ...LISTED, NextToken }), ADVICE),
      (page) => page.NextToken,
      (page) => page.AttributeValues,
    )
    const names = values.flatMap(({ Value }) => Value ?? []).filter(isOfBedrock)
    return names.length === 0 ? undefined : sorted([...OWN_NAMES, ...names])
  } catch (error) {
    if (!isAppError(error) || error.kind === 'interrupted' || error.kind === 'credentials') throw error
    return undefined
  }
}

/**
 * The filter that a budget should have. Cost Explorer, whose filters they are, compares whole names: a budget with another
 * match is taken and counts nothing (terraform-provider-aws#46866). The names that stand in it stay. Pure.
 */
export function desiredFilter(have: Expression | undefined, services: readonly string[] | undefined): Expression {
  const standing = namesIn(have)
  if (equal(have, WITH_MARKETPLACE)) return WITH_MARKETPLACE
  if (services === undefined && standing === undefined) return UNTIL_NAMED
  const Values = sorted([...(standing ?? []), ...(services ?? [])])
  return { Dimensions: { Key: 'SERVICE', Values, MatchOptions: ['EQUALS'] } }
}

/** The names in a filter like ours; undefined for any other. */
function namesIn(filter: Expression | undefined): string[] | undefined {
  const { Dimensions, ...others } = filter ?? {}
  if (Object.values(others).some((part) => part !== undefined)) return undefined
  const { Key, Values = [], MatchOptions = [] } = Dimensions ?? {}
  const isOurs = Key === 'SERVICE' && MatchOptions.join() === 'EQUALS' && Values.includes('Amazon Bedrock')
  return isOurs && Values.every(isOfBedrock) ? Values : undefined
}

const isOfBedrock = (name: string): boolean => /bedrock/i.test(name)

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort()
