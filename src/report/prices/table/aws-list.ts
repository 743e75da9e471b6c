/**
 * AWS's price list by Region: US dollars per million tokens for input, output, cache read, cache write for five minutes and for an
 * hour. `@` begins the list of a day; each but the first holds what has changed since the one before. A line is of a model and
 * its terms, and `|` in it parts the prices of some Regions from those of others. A batch price stands only where it is not half
 * of the standard one. Written by `npm run prices:update`, not by hand.
 */
export const AWS_LIST = `
@ 2026-08-20
Claude	in-region	ap-northeast-1 ap-southeast-1 eu-central-1 us-east-1 us-west-2	8	24
Claude (100K)	in-region	us-east-1 us-west-2	22.04	65.36
Claude 2.0	in-region	us-east-1 us-west-2	8
Claude 2.1	in-region	us-east-1 us-west-2	8
Claude 3 Haiku	in-region	ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-2	0.25	1.25
Claude 3 Opus	in-region	us-east-1 us-west-2	15	75
Claude 3 Sonnet	in-region	ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-west-2	3	15
Claude 3.5 Haiku	in-region	us-east-1 us-east-2	1	5	|	us-west-2	1	4
Claude 3.5 Haiku	in-region batch	us-east-1 us-west-2	0.4	2
Claude 3.5 Sonnet	in-region	ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 eu-central-1 eu-central-2 eu-west-1 eu-west-3 us-east-1 us-east-2 us-west-2	3	15
Claude 3.5 Sonnet v2	in-region	ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3 us-east-1 us-east-2 us-west-2	3	15
Claude 3.7 Sonnet	in-region	ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-2	3	15
Claude Fable 5	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	10	50
Claude Fable 5	in-region	ap-southeast-2 ap-southeast-4 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	11	55
Claude Haiku 4.5	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	1	5
Claude Haiku 4.5	in-region	ap-northeast-1 ap-northeast-3 ap-southeast-2 ap-southeast-4 ap-southeast-6 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	1.1	5.5
Claude Instant	in-region	ap-northeast-1 ap-southeast-1 eu-central-1 us-east-1 us-west-2	0.8	2.4
Claude Instant (100K)	in-region	us-east-1 us-west-2	3.26	11.02
Claude Mythos 5	in-region	us-east-1	11	55
Claude Mythos Preview	in-region	ap-southeast-4 us-east-1	27.5	137.5
Claude Opus 4	in-region	us-east-1 us-east-2 us-west-2	15	75
Claude Opus 4.1	in-region	us-east-1 us-east-2 us-west-2	15	75
Claude Opus 4.5	global	af-south-1 ap-east-2 ap-northeast-2 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-3 ap-southeast-6 ap-southeast-7 ca-central-1 eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	5	25
Claude Opus 4.5	in-region	ca-central-1 eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	5.5	27.5
Claude Opus 4.6	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	5	25
Claude Opus 4.6	in-region	ap-southeast-2 ap-southeast-4 ap-southeast-6 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	5.5	27.5
Claude Opus 4.7	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	5	25
Claude Opus 4.7	in-region	ap-northeast-1 ap-northeast-3 ap-southeast-2 ap-southeast-4 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	5.5	27.5
Claude Opus 4.8	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	5	25
Claude Opus 4.8	in-region	ap-northeast-1 ap-northeast-3 ap-southeast-2 ap-southeast-4 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	5.5	27.5
Claude Opus 5	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	5	25
Claude Opus 5	in-region	ap-northeast-1 ap-northeast-3 ap-southeast-2 ap-southeast-4 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	5.5	27.5
Claude Sonnet 4	global	ap-northeast-1 eu-west-1 us-east-1 us-east-2 us-west-2	3	15
Claude Sonnet 4	in-region	ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-5 ap-southeast-7 eu-central-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-3 il-central-1 me-central-1 us-east-1 us-east-2 us-west-1 us-west-2	3	15
Claude Sonnet 4.5	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	3	15
Claude Sonnet 4.5	in-region	ap-northeast-1 ap-northeast-3 ap-southeast-2 ap-southeast-4 ap-southeast-6 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	3.3	16.5
Claude Sonnet 4.6	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	3	15
Claude Sonnet 4.6	in-region	ap-northeast-1 ap-northeast-3 ap-southeast-2 ap-southeast-4 ap-southeast-6 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	3.3	16.5
Claude Sonnet 5	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	2	10
Claude Sonnet 5	in-region	ap-northeast-1 ap-northeast-3 ap-southeast-2 ap-southeast-4 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2	2.2	11
Cohere Command R	in-region	us-east-1 us-west-2	0.5	1.5
Cohere Command R+	in-region	us-east-1 us-west-2	3	15
Cohere Embed 3 Model - English	in-region	ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-west-2	0.1
Cohere Embed 4 Model	in-region	ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ca-central-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2	0.12
Cohere Embed Model 3 - Multilingual	in-region	ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-west-2	0.1
Cohere Generate Model - Command	in-region	us-east-1 us-west-2	1	2
Cohere Generate Model - Command-Light	in-region	us-east-1 us-west-2	0.3	0.6
DeepSeek V3.1	in-region	ap-northeast-1	0.701666	2.032411	|	ap-south-1	0.682424	1.976678	|	ap-southeast-2	0.5974	1.7304	|	ap-southeast-3	0.6	1.74	|	eu-central-1 eu-south-1 eu-west-1 sa-east-1	0.696	2.016	|	eu-north-1 us-east-1 us-east-2 us-west-2	0.58	1.68	|	eu-west-2	0.899985	2.606853
DeepSeek V3.1	in-region batch	ap-northeast-1	0.350833	1.016206	|	eu-west-2	0.449992	1.303426
DeepSeek v3.2	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.74	2.22	|	ap-southeast-2	0.64	1.91	|	eu-west-2	0.961	2.8675	|	us-east-1 us-east-2 us-west-2	0.62	1.85
Devstral	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.48	2.4	|	ap-southeast-2	0.41	2.06	|	eu-west-2	0.62	3.1	|	us-east-1 us-east-2 us-west-2	0.4	2
GLM 4.7	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.72	2.64	|	ap-southeast-2	0.62	2.27	|	eu-west-2	0.93	3.41	|	us-east-1 us-east-2 us-west-2	0.6	2.2
GLM 4.7 Flash	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.08	0.48	|	ap-southeast-2	0.07	0.41	|	eu-west-2	0.11	0.62	|	us-east-1 us-east-2 us-west-2	0.07	0.4
GLM 5	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	1.2	3.84	|	ap-southeast-2	1.03	3.3	|	eu-west-2	1.55	4.96	|	us-east-1 us-east-2 us-west-2	1	3.2
GPT OSS Safeguard 120B	in-region	ap-northeast-1 sa-east-1	0.18	0.73	|	ap-south-1	0.18	0.71	|	ap-southeast-2	0.1545	0.618	|	ap-southeast-3 eu-central-1 eu-north-1	0.18	0.72	|	eu-south-1 eu-west-1	0.18	0.7	|	eu-west-2	0.23	0.93	|	us-east-1 us-east-2 us-west-2	0.15	0.6
GPT OSS Safeguard 120B	in-region batch	ap-northeast-1 ap-south-1 sa-east-1	0.09	0.36	|	eu-west-2	0.12	0.47	|	us-east-1 us-east-2 us-west-2	0.07	0.3
GPT OSS Safeguard 20B	in-region	ap-northeast-1 ap-south-1 sa-east-1	0.08	0.24	|	ap-southeast-2	0.0721	0.206	|	ap-southeast-3 eu-central-1 eu-north-1	0.084	0.24	|	eu-south-1 eu-west-1	0.08	0.23	|	eu-west-2	0.11	0.31	|	us-east-1 us-east-2 us-west-2	0.07	0.2
GPT OSS Safeguard 20B	in-region batch	eu-south-1 eu-west-1	0.04	0.12	|	eu-west-2	0.06	0.15	|	us-east-1 us-east-2 us-west-2	0.03	0.1
Gemma 3 12B	in-region	ap-northeast-1 sa-east-1	0.11	0.35	|	ap-south-1 eu-south-1 eu-west-1	0.11	0.34	|	ap-southeast-2	0.0927	0.2987	|	ap-southeast-3 eu-central-1 eu-north-1	0.108	0.348	|	eu-west-2	0.14	0.45	|	us-east-1 us-east-2 us-west-2	0.09	0.29
Gemma 3 12B	in-region batch	ap-northeast-1 ap-south-1 eu-south-1 eu-west-1 sa-east-1	0.06	0.17	|	eu-west-2	0.07	0.22	|	us-east-1 us-east-2 us-west-2	0.05	0.15
Gemma 3 27B	in-region	ap-northeast-1 sa-east-1	0.28	0.46	|	ap-south-1 eu-south-1 eu-west-1	0.27	0.45	|	ap-southeast-2	0.2369	0.3914	|	ap-southeast-3 eu-central-1 eu-north-1	0.276	0.456	|	eu-west-2	0.36	0.59	|	us-east-1 us-east-2 us-west-2	0.23	0.38
Gemma 3 27B	in-region batch	ap-south-1 eu-south-1 eu-west-1	0.14	0.22	|	eu-west-2	0.18	0.3	|	us-east-1 us-east-2 us-west-2	0.12	0.19
Gemma 3 4B	in-region	ap-northeast-1 sa-east-1	0.05	0.1	|	ap-south-1 eu-south-1 eu-west-1	0.05	0.09	|	ap-southeast-2	0.0412	0.0824	|	ap-southeast-3 eu-central-1 eu-north-1	0.048	0.096	|	eu-west-2	0.06	0.12	|	us-east-1 us-east-2 us-west-2	0.04	0.08
Gemma 3 4B	in-region batch	ap-northeast-1 ap-south-1 eu-south-1 eu-west-1 sa-east-1	0.03	0.05
Jamba 1.5 Large	in-region	eu-central-1 us-east-1	2	8
Jamba 1.5 Mini	in-region	eu-central-1 us-east-1	0.2	0.4
Jamba-Instruct	in-region	us-east-1	0.5	0.7
Jurassic-2 Mid	in-region	us-east-1 us-west-2	12.5	12.5
Jurassic-2 Ultra	in-region	us-east-1 us-west-2	18.8	18.8
Kimi K2 Thinking	in-region	ap-northeast-1 sa-east-1	0.73	3.03	|	ap-south-1	0.71	2.94	|	ap-southeast-2	0.618	2.575	|	ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1	0.72	3	|	eu-west-2	0.93	3.875	|	us-east-1 us-east-2 us-west-2	0.6	2.5
Kimi K2 Thinking	in-region batch	ap-northeast-1 sa-east-1	0.36	1.52	|	ap-south-1	0.36	1.47
Kimi K2.5	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.72	3.6	|	ap-southeast-2	0.62	3.09	|	eu-west-2	0.93	4.65	|	us-east-1 us-east-2 us-west-2	0.6	3
Llama 3 70B	in-region	ap-south-1	3.18	4.2	|	ca-central-1	3.05	4.03	|	eu-west-2	3.45	4.55	|	sa-east-1	4.45	5.88	|	us-east-1 us-west-2	2.65	3.5
Llama 3 8B	in-region	ap-south-1	0.36	0.72	|	ca-central-1	0.35	0.69	|	eu-west-2	0.39	0.78	|	sa-east-1	0.5	1.01	|	us-east-1 us-west-2	0.3	0.6
Llama 3.1 405B	in-region	us-east-2 us-west-2	2.4	2.4
Llama 3.1 405B	in-region batch	us-east-1	1.2	1.2
Llama 3.1 70B	in-region	us-east-1 us-east-2 us-west-2	0.72	0.72
Llama 3.1 8B	in-region	us-east-1 us-east-2 us-west-2	0.22	0.22
Llama 3.2 11B	in-region	us-east-1 us-east-2 us-west-2	0.16	0.16
Llama 3.2 1B	in-region	eu-central-1 eu-west-3	0.13	0.13	|	eu-west-1	0.11	0.11	|	us-east-1 us-east-2 us-west-2	0.1	0.1
Llama 3.2 3B	in-region	eu-central-1	0.19	0.19	|	eu-west-1	0.17	0.17	|	eu-west-3	0.2	0.2	|	us-east-1 us-east-2 us-west-2	0.15	0.15
Llama 3.2 90B	in-region	us-east-1 us-east-2 us-west-2	0.72	0.72
Llama 3.3 70B	in-region	us-east-1 us-east-2 us-west-2	0.72	0.72
Llama 4 Maverick 17B	in-region	us-east-1 us-east-2 us-west-1 us-west-2	0.24	0.97
Llama 4 Scout 17B	in-region	us-east-1 us-east-2 us-west-1 us-west-2	0.17	0.66
Magistral Small 1.2	in-region	ap-northeast-1 sa-east-1	0.61	1.82	|	ap-south-1 eu-south-1 eu-west-1	0.59	1.76	|	ap-southeast-2	0.515	1.545	|	ap-southeast-3 eu-central-1 eu-north-1	0.6	1.8	|	eu-west-2	0.78	2.33	|	us-east-1 us-east-2 us-west-2	0.5	1.5
Magistral Small 1.2	in-region batch	ap-northeast-1 sa-east-1	0.3	0.91	|	ap-south-1 eu-south-1 eu-west-1	0.3	0.88	|	eu-west-2	0.39	1.17
Meta Llama 2 Chat 13B	in-region	us-east-1 us-west-2	0.75	1
Meta Llama 2 Chat 70B	in-region	us-east-1 us-west-2	1.95	2.56
MiniMax M2.5	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.36	1.44	|	ap-southeast-2	0.31	1.24	|	eu-west-2	0.47	1.86	|	us-east-1 us-east-2 us-west-2	0.3	1.2
Minimax M2	in-region	ap-northeast-1 sa-east-1	0.36	1.45	|	ap-south-1 eu-south-1 eu-west-1	0.35	1.41	|	ap-southeast-2	0.309	1.236	|	ap-southeast-3 eu-central-1 eu-north-1	0.36	1.44	|	eu-west-2	0.47	1.86	|	us-east-1 us-east-2 us-west-2	0.3	1.2
Minimax M2	in-region batch	ap-northeast-1 sa-east-1	0.18	0.72	|	ap-south-1 eu-south-1 eu-west-1	0.17	0.71	|	eu-west-2	0.23	0.93
Minimax M2.1	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.36	1.44	|	ap-southeast-2	0.31	1.24	|	eu-west-2	0.47	1.86	|	us-east-1 us-east-2 us-west-2	0.3	1.2
Ministral 14B 3.0	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 sa-east-1	0.24	0.24	|	ap-southeast-2	0.206	0.206	|	eu-south-1 eu-west-1	0.23	0.23	|	eu-west-2	0.31	0.31	|	us-east-1 us-east-2 us-west-2	0.2	0.2
Ministral 14B 3.0	in-region batch	eu-south-1 eu-west-1	0.12	0.12	|	eu-west-2	0.15	0.15
Ministral 3B 3.0	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.12	0.12	|	ap-southeast-2	0.103	0.103	|	eu-west-2	0.16	0.16	|	us-east-1 us-east-2 us-west-2	0.1	0.1
Ministral 8B 3.0	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.18	0.18	|	ap-southeast-2	0.1545	0.1545	|	eu-west-2	0.23	0.23	|	us-east-1 us-east-2 us-west-2	0.15	0.15
Ministral 8B 3.0	in-region batch	eu-west-2	0.12	0.12	|	us-east-1 us-east-2 us-west-2	0.07	0.07
Mistral 7B	in-region	ap-south-1	0.18	0.24	|	ap-southeast-2 eu-west-2 eu-west-3	0.2	0.26	|	ca-central-1	0.17	0.23	|	eu-west-1	0.16	0.22	|	sa-east-1	0.25	0.34	|	us-east-1 us-west-2	0.15	0.2
Mistral Large	in-region	ap-south-1	4.8	14.4	|	ap-southeast-2 eu-west-2 eu-west-3	5.2	15.6	|	ca-central-1	4.6	13.8	|	eu-west-1	4.3	13	|	sa-east-1	6.7	20.2	|	us-east-1 us-west-2	4	12
Mistral Large 2407	in-region	us-west-2	2	6
Mistral Large 2407	in-region batch	us-west-2	1.5	4.5
Mistral Large 3	in-region	ap-northeast-1 sa-east-1	0.61	1.82	|	ap-south-1	0.59	1.76	|	ap-southeast-2	0.515	1.545	|	ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1	0.6	1.8	|	eu-west-2	0.775	2.325	|	us-east-1 us-east-2 us-west-2	0.5	1.5
Mistral Large 3	in-region batch	ap-northeast-1 sa-east-1	0.3	0.91	|	ap-south-1	0.3	0.88
Mistral Small	in-region	us-east-1	1	3
Mixtral 8x7B	in-region	ap-south-1	0.54	0.84	|	ap-southeast-2 eu-west-2 eu-west-3	0.59	0.91	|	ca-central-1	0.52	0.81	|	eu-west-1	0.49	0.76	|	sa-east-1	0.76	1.18	|	us-east-1 us-west-2	0.45	0.7
NVIDIA Nemotron 3 Super 120B A12B	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.18	0.78	|	ap-southeast-2	0.15	0.67	|	eu-west-2	0.23	1.01	|	us-east-1 us-east-2 us-west-2	0.15	0.65
NVIDIA Nemotron Nano 2	in-region	ap-northeast-1 sa-east-1	0.07	0.28	|	ap-south-1 eu-south-1 eu-west-1	0.07	0.27	|	ap-southeast-2	0.0618	0.2369	|	ap-southeast-3 eu-central-1 eu-north-1	0.072	0.276	|	eu-west-2	0.09	0.36	|	us-east-1 us-east-2 us-west-2	0.06	0.23
NVIDIA Nemotron Nano 2	in-region batch	ap-northeast-1 ap-south-1 eu-south-1 eu-west-1 sa-east-1	0.03	0.14	|	eu-west-2	0.05	0.18	|	us-east-1 us-east-2 us-west-2	0.03	0.12
NVIDIA Nemotron Nano 2 VL	in-region	ap-northeast-1 sa-east-1	0.24	0.73	|	ap-south-1	0.24	0.71	|	ap-southeast-2	0.206	0.618	|	ap-southeast-3 eu-central-1 eu-north-1	0.24	0.72	|	eu-south-1 eu-west-1	0.23	0.7	|	eu-west-2	0.31	0.93	|	us-east-1 us-east-2 us-west-2	0.2	0.6
NVIDIA Nemotron Nano 2 VL	in-region batch	ap-northeast-1 ap-south-1 sa-east-1	0.12	0.36	|	eu-south-1 eu-west-1	0.12	0.35	|	eu-west-2	0.15	0.47
Nemotron Nano 3 30B	in-region	ap-northeast-1 sa-east-1	0.07	0.29	|	ap-south-1 eu-south-1 eu-west-1	0.07	0.28	|	ap-southeast-2	0.0618	0.2472	|	ap-southeast-3 eu-central-1 eu-north-1	0.072	0.288	|	eu-west-2	0.09	0.37	|	us-east-1 us-east-2 us-west-2	0.06	0.24
Nemotron Nano 3 30B	in-region batch	ap-northeast-1 sa-east-1	0.03	0.15	|	ap-south-1 eu-south-1 eu-west-1	0.03	0.14	|	eu-west-2	0.05	0.18
Nova 2.0 Lite	global	ap-east-2 ap-northeast-1	0.36	3.01	|	ap-northeast-2	0.36	2.96	|	ap-south-1	0.35	2.95	|	ap-southeast-1 ap-southeast-5 ap-southeast-7	0.41	3.39	|	ap-southeast-2 ap-southeast-6	0.32	2.63	|	ap-southeast-3	0.32	2.64	|	ap-southeast-4	0.33	2.71	|	ca-central-1	0.32	2.67	|	ca-west-1	0.34	2.81	|	eu-central-1	0.39	3.27	|	eu-north-1	0.33	2.72	|	eu-south-1	0.481	4.1	|	eu-south-2	0.33	2.75	|	eu-west-1	0.34	2.87	|	eu-west-2	0.42	3.52	|	eu-west-3	0.44	3.69	|	il-central-1	0.38	3.13	|	me-central-1 us-east-1 us-east-2 us-west-2	0.3	2.5	|	us-west-1	0.39	3.21
Nova 2.0 Lite	in-region	ap-northeast-1	0.396	3.311	|	ca-central-1	0.352	2.97	|	ca-west-1	0.374	3.091	|	eu-central-1	0.429	3.597	|	eu-north-1	0.363	2.992	|	eu-south-1	0.528	4.411	|	eu-south-2	0.363	3.205	|	eu-west-1	0.374	3.157	|	eu-west-3	0.484	4.059	|	us-east-1	0.3	2.5	|	us-east-2 us-west-2	0.33	2.75	|	us-west-1	0.429	3.351
Nova 2.0 Lite	in-region batch	ca-central-1	0.176	1.4685	|	ca-west-1	0.187	1.9505	|	eu-central-1	0.2145	1.9785	|	eu-south-2	0.1815	1.5125	|	us-east-1	0.165	1.375	|	us-east-2	0.1595	1.342	|	us-west-2	0.1595	1.3255
Nova 2.0 Omni	global	af-south-1 ca-west-1 eu-south-2	0.3	2.8	|	ap-east-2 ap-northeast-1 ap-northeast-2 ap-south-1	0.4	3	|	ap-southeast-1 ap-southeast-5 ap-southeast-7	0.4	3.4	|	ap-southeast-2 ap-southeast-3	0.3	2.6	|	ap-southeast-4 ca-central-1 eu-north-1 me-south-1	0.3	2.7	|	eu-central-1	0.4	3.3	|	eu-south-1	0.5	4	|	eu-west-2	0.4	3.5	|	eu-west-3	0.4	3.7	|	il-central-1	0.4	3.1	|	me-central-1 us-east-1 us-east-2 us-west-2	0.3	2.5	|	us-west-1	0.4	3.2
Nova 2.0 Omni	in-region	ca-central-1	0.4	2.9	|	ca-west-1	0.4	3.1	|	us-east-1 us-east-2 us-west-2	0.3	2.8	|	us-west-1	0.4	3.5
Nova 2.0 Omni	in-region batch	ca-central-1 ca-west-1	0.2	1.5	|	us-east-1 us-east-2 us-west-2	0.2	1.4	|	us-west-1	0.2	1.8
Nova 2.0 Pro	global	ap-east-2 ap-northeast-1	1.51	12.5	|	ap-northeast-2	1.48	11.84	|	ap-south-1	1.48	11.8	|	ap-southeast-1 ap-southeast-5 ap-southeast-7	1.69	13.56	|	ap-southeast-2	1.31	10.51	|	ap-southeast-3	1.32	10.56	|	ap-southeast-4	1.36	10.84	|	ca-central-1	1.33	10.66	|	ca-west-1	1.41	11.26	|	eu-central-1	1.63	13.08	|	eu-north-1	1.36	10.87	|	eu-south-1	2.01	16.05	|	eu-south-2	1.38	11.02	|	eu-west-1	1.43	11.47	|	eu-west-2	1.76	14.07	|	eu-west-3	1.84	14.74	|	il-central-1	1.56	12.51	|	me-central-1	1.25	10.02	|	us-east-1 us-east-2 us-west-2	1.25	10	|	us-west-1	1.61	12.84
Nova 2.0 Pro	in-region	ca-central-1	1.463	11.726	|	ca-west-1	1.551	12.386	|	us-east-1 us-east-2 us-west-2	1.375	11	|	us-west-1	1.771	14.124
Nova Lite	in-region	ap-east-2	0.072	|	ap-northeast-1 ap-southeast-5 ap-southeast-7	0.072	0.288	|	ap-northeast-2 ap-south-1	0.071	0.284	|	ap-southeast-1	0.081	0.324	|	ap-southeast-2	0.063	0.252	|	ap-southeast-4 eu-north-1	0.065	0.26	|	ca-central-1	0.064	0.256	|	eu-central-1	0.078	0.312	|	eu-south-1	0.096	0.384	|	eu-south-2	0.066	0.264	|	eu-west-1	0.069	0.276	|	eu-west-2	0.084	0.336	|	eu-west-3	0.088	0.352	|	il-central-1	0.075	0.3	|	me-central-1 us-east-1 us-east-2 us-west-2	0.06	0.24	|	us-west-1	0.077	0.308
Nova Lite	in-region batch	ap-east-2	0.036	0.144
Nova Micro	in-region	ap-northeast-1	0.042	0.168	|	ap-northeast-2 ap-south-1	0.041	0.164	|	ap-southeast-1	0.047	0.188	|	ap-southeast-2	0.037	0.148	|	ap-southeast-5	0.042	|	eu-central-1	0.046	0.184	|	eu-north-1	0.038	0.152	|	eu-south-1	0.056	0.224	|	eu-south-2	0.039	0.156	|	eu-west-1	0.04	0.16	|	eu-west-2	0.049	0.196	|	eu-west-3	0.052	0.208	|	il-central-1	0.044	0.176	|	me-central-1 us-east-1 us-east-2 us-west-2	0.035	0.14
Nova Micro	in-region batch	ap-southeast-7	0.021	0.084
Nova Premier	in-region	us-east-1 us-east-2 us-west-2	2.5	12.5
Nova Pro	in-region	ap-northeast-1	0.96	3.84	|	ap-northeast-2	0.95	3.8	|	ap-south-1	0.94	3.76	|	ap-southeast-1	1.08	4.32	|	ap-southeast-2	0.84	3.36	|	ap-southeast-4 eu-north-1	0.87	3.48	|	ap-southeast-5	0.96	|	eu-central-1	1.05	4.2	|	eu-south-1	1.28	5.21	|	eu-south-2	0.88	3.52	|	eu-west-1	0.92	3.68	|	eu-west-2	1.13	4.52	|	eu-west-3	1.18	4.72	|	il-central-1	1	4	|	me-central-1 us-east-1 us-east-2 us-west-2	0.8	3.2	|	us-west-1	1.03	4.12
Nova Pro	in-region batch	ap-east-2		1.92	|	ap-southeast-7	0.48	1.92
Nova Sonic	in-region	ap-northeast-1	0.072	0.288	|	eu-north-1	0.065	0.26	|	us-east-1	0.06	0.24
Nova Sonic 2.0	in-region	ap-northeast-1	0.396	3.311	|	eu-north-1	0.363	2.992	|	us-east-1	0.33	2.75	|	us-west-2	0.319	2.651
NovaMultiModalEmbeddings	in-region	us-east-1	0.135
Palmyra X4	in-region	us-east-1 us-east-2 us-west-1 us-west-2	2.5	10
Palmyra X5	in-region	us-east-1 us-east-2 us-west-1 us-west-2	0.6	6
Pixtral Large 25.02	in-region	eu-central-1 eu-north-1 eu-west-1 eu-west-3 us-east-1 us-east-2 us-west-2	2	6
Qwen3 235B A22B 2507	in-region	ap-northeast-1	0.27	1.06	|	ap-south-1	0.26	1.04	|	ap-southeast-2	0.2266	0.9064	|	ap-southeast-3	0.23	0.91	|	eu-central-1 eu-south-1	0.29	1.16	|	eu-north-1 us-east-1 us-east-2 us-west-2	0.22	0.88	|	eu-west-1 sa-east-1	0.264	1.056	|	eu-west-2	0.34	1.37
Qwen3 235B A22B 2507	in-region batch	ap-southeast-3	0.11	0.46	|	eu-central-1	0.15	0.58
Qwen3 32B	in-region	ap-northeast-1 sa-east-1	0.18	0.73	|	ap-south-1	0.18	0.71	|	ap-southeast-2	0.1545	0.618	|	ap-southeast-3	0.16	0.62	|	eu-central-1 eu-south-1	0.2	0.79	|	eu-north-1 us-east-1 us-east-2 us-west-2	0.15	0.6	|	eu-west-1	0.18	0.7	|	eu-west-2	0.23	0.93
Qwen3 32B	in-region batch	eu-central-1	0.1	0.4
Qwen3 Coder 30B A3B	in-region	ap-northeast-1 sa-east-1	0.18	0.73	|	ap-south-1	0.18	0.71	|	ap-southeast-2	0.1545	0.618	|	ap-southeast-3	0.16	0.62	|	eu-central-1 eu-south-1	0.2	0.79	|	eu-north-1 us-east-1 us-east-2 us-west-2	0.15	0.6	|	eu-west-1	0.18	0.7	|	eu-west-2	0.23	0.93
Qwen3 Coder 30B A3B	in-region batch	eu-central-1	0.1	0.4
Qwen3 Coder 480B A35B	in-region	ap-northeast-1	0.54	2.18	|	ap-south-1	0.53	2.12	|	ap-southeast-2	0.4635	1.854	|	ap-southeast-3	0.47	1.87	|	eu-central-1 eu-south-1 eu-west-1 sa-east-1	0.54	2.16	|	eu-north-1 us-east-1 us-east-2 us-west-2	0.45	1.8	|	eu-west-2	0.7	2.79
Qwen3 Coder 480B A35B	in-region batch	ap-southeast-3	0.23	0.93
Qwen3 Coder Next	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.6	1.44	|	ap-southeast-2	0.52	1.24	|	eu-west-2	0.78	1.86	|	us-east-1 us-east-2 us-west-2	0.5	1.2
Qwen3 Next 80B A3B	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.168	1.44	|	ap-south-1	0.18	1.41	|	ap-southeast-2	0.1442	1.236	|	eu-west-2	0.217	1.86	|	us-east-1 us-east-2 us-west-2	0.14	1.2
Qwen3 Next 80B A3B	in-region batch	ap-south-1	0.084	0.72	|	ap-south-1	0.09	0.71
Qwen3 VL 235B A22B	in-region	ap-northeast-1 sa-east-1	0.64	3.22	|	ap-south-1	0.62	3.13	|	ap-southeast-2	0.5459	2.7398	|	ap-southeast-3 eu-central-1 eu-north-1	0.636	3.192	|	eu-south-1 eu-west-1	0.62	3.12	|	eu-west-2	0.82	4.12	|	us-east-1 us-east-2 us-west-2	0.53	2.66
Qwen3 VL 235B A22B	in-region batch	ap-south-1	0.31	1.56	|	us-east-1 us-east-2 us-west-2	0.26	1.33
R1	in-region	us-east-1 us-east-2 us-west-2	1.35	5.4
TitanEmbeddingV2-Text	in-region	ap-northeast-1	0.029	|	ap-northeast-2	0.024592	|	ap-northeast-3 ap-south-2 eu-central-2	0.027	|	ap-south-1 us-west-1	0.024	|	ap-southeast-1	0.028	|	ap-southeast-2 eu-west-1	0.026004	|	ca-central-1 eu-west-2	0.1	|	eu-central-1 sa-east-1	0.2	|	eu-north-1 eu-south-2	0.021	|	eu-south-1	0.023	|	eu-west-3	0.03	|	us-east-1 us-east-2 us-west-2	0.02
TitanEmbeddingV2-Text	in-region batch	ap-northeast-1	0.0121
TitanEmbeddingsG1-Text	in-region	ap-northeast-1 eu-central-1	0.2	|	ap-south-1	0.12	|	eu-west-1 us-east-1 us-west-2	0.1
TitanText-Premier	in-region	us-east-1	0.5	1.5
TitanTextG1-Express	in-region	ap-northeast-1	0.275	0.825	|	ap-south-1	1	1.9	|	ap-southeast-2 eu-west-3	0.25	0.788	|	ca-central-1	0.3	0.8	|	eu-central-1	0.3	0.863	|	eu-west-1	1	1.7	|	eu-west-2	0.3	0.9	|	sa-east-1	0.4	1.1	|	us-east-1 us-west-2	0.2	0.6
TitanTextG1-Lite	in-region	ap-south-1	0.4	0.5	|	ap-southeast-2 eu-west-3	0.2	0.25	|	ca-central-1 eu-west-2	0.2	0.3	|	eu-west-1 sa-east-1	0.3	0.4	|	us-east-1 us-west-2	0.15	0.2
TwelveLabs Marengo Embed 2.7	in-region	ap-northeast-2 eu-west-1 us-east-1	0.00007
TwelveLabs Marengo Embed 3.0	in-region	ap-northeast-2 eu-west-1 us-east-1	0.00007
TwelveLabs Pegasus 1.2	global	af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1		7.5
TwelveLabs Pegasus 1.2	in-region	ap-northeast-2 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 us-east-1 us-east-2 us-west-1 us-west-2		7.5
Voxtral Mini 1.0	in-region	ap-northeast-1 ap-south-1 eu-south-1 eu-west-1 sa-east-1	0.05	0.05	|	ap-southeast-2	0.0412	0.0412	|	ap-southeast-3 eu-central-1 eu-north-1	0.048	0.048	|	eu-west-2	0.06	0.06	|	us-east-1 us-east-2 us-west-2	0.04	0.04
Voxtral Mini 1.0	in-region batch	ap-northeast-1 ap-south-1 eu-south-1 eu-west-1 sa-east-1	0.03	0.03
Voxtral Small 1.0	in-region	ap-northeast-1 ap-southeast-3 eu-central-1 eu-north-1 sa-east-1	0.12	0.36	|	ap-south-1 eu-south-1 eu-west-1	0.12	0.35	|	ap-southeast-2	0.103	0.309	|	eu-west-2	0.16	0.47	|	us-east-1 us-east-2 us-west-2	0.1	0.3
Voxtral Small 1.0	in-region batch	ap-south-1 eu-south-1 eu-west-1	0.06	0.17	|	eu-west-2	0.08	0.23
Writer Palmyra Vision 7B	in-region	ap-northeast-1 ap-south-1 ap-southeast-3 eu-central-1 eu-north-1 eu-south-1 eu-west-1 sa-east-1	0.18	0.72	|	ap-southeast-2	0.15	0.62	|	eu-west-2	0.23	0.93	|	us-east-1 us-east-2 us-west-2	0.15	0.6
google.gemma-4-26b-a4b	in-region	eu-central-1	0.156	0.48	|	us-east-1 us-east-2 us-west-2	0.13	0.4
google.gemma-4-31b	in-region	eu-central-1	0.168	0.48	|	us-east-1 us-east-2 us-west-2	0.14	0.4
google.gemma-4-e2b	in-region	eu-central-1	0.048	0.096	|	us-east-1 us-east-2 us-west-2	0.04	0.08
gpt-oss-120b	in-region	ap-northeast-1 sa-east-1	0.18	0.73	|	ap-south-1	0.18	0.71	|	ap-southeast-2	0.1545	0.618	|	ap-southeast-3	0.16	0.62	|	eu-central-1 eu-south-1	0.2	0.79	|	eu-north-1 us-east-1 us-east-2 us-west-2	0.15	0.6	|	eu-west-1	0.18	0.7	|	eu-west-2	0.23	0.93
gpt-oss-120b	in-region batch	ap-northeast-1 sa-east-1	0.09	0.36	|	ap-south-1	0.09	0.35	|	eu-central-1 eu-south-1	0.1	0.4	|	eu-west-2	0.12	0.47
gpt-oss-20b	in-region	ap-northeast-1 sa-east-1	0.08	0.36	|	ap-south-1 eu-west-1	0.08	0.35	|	ap-southeast-2	0.0721	0.309	|	ap-southeast-3	0.07	0.31	|	eu-central-1 eu-south-1	0.09	0.4	|	eu-north-1 us-east-1 us-east-2 us-west-2	0.07	0.3	|	eu-west-2	0.11	0.47
gpt-oss-20b	in-region batch	ap-south-1 eu-west-1	0.04	0.18	|	ap-southeast-3	0.04	0.16	|	eu-central-1 eu-south-1	0.05	0.2	|	eu-west-2	0.05	0.23
xai.grok-4.3	in-region	ap-south-1	1.5	3	|	us-east-1 us-east-2 us-west-2	1.25	2.5
`
