"""What the office remembers: DynamoDB rows, frozen bodies in S3, doorbells in SQS.

Verbs are the office's, rows and attributes never leave this folder. Each verb says what it promises when it is done
twice or by two at once.
"""
