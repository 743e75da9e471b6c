import type { Expression } from '@aws-sdk/client-budgets'

/** All spend on services whose name has Bedrock in it: "Amazon Bedrock", "Claude Sonnet 4.5 (Amazon Bedrock Edition)". */
export const BY_NAME: Expression = {
  Dimensions: { Key: 'SERVICE', Values: ['Bedrock'], MatchOptions: ['CONTAINS'] },
}

/**
 * For an AWS that takes whole names only: Amazon Bedrock, and everything that is bought through AWS Marketplace, as the
 * models that are sold there are. It counts other purchases too, and misses nothing.
 */
export const WITH_MARKETPLACE: Expression = {
  Or: [
    { Dimensions: { Key: 'SERVICE', Values: ['Amazon Bedrock', 'Amazon Bedrock Service'], MatchOptions: ['EQUALS'] } },
    { Dimensions: { Key: 'BILLING_ENTITY', Values: ['AWS Marketplace'], MatchOptions: ['EQUALS'] } },
  ],
}
