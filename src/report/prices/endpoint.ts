/** Before a model's name in rows of calls through the OpenAI-compatible endpoint, which has prices of its own in AWS's list. */
export const MANTLE_PREFIX = 'bedrock-mantle/'
