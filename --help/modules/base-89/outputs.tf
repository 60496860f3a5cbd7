output "queue_0" {
  value = aws_sqs_queue.q0.arn
}

output "queue_1" {
  value = aws_sqs_queue.q1.arn
}

output "queue_2" {
  value = aws_sqs_queue.q2.arn
}

output "queue_3" {
  value = aws_sqs_queue.q3.arn
}

output "queue_4" {
  value = aws_sqs_queue.q4.arn
}

output "queue_5" {
  value = aws_sqs_queue.q5.arn
}

output "queue_6" {
  value = aws_sqs_queue.q6.arn
}

output "queue_7" {
  value = aws_sqs_queue.q7.arn
}

output "queue_8" {
  value = aws_sqs_queue.q8.arn
}

output "queue_9" {
  value = aws_sqs_queue.q9.arn
}

output "queue_10" {
  value = aws_sqs_queue.q10.arn
}

output "queue_11" {
  value = aws_sqs_queue.q11.arn
}

output "queue_12" {
  value = aws_sqs_queue.q12.arn
}

output "queue_13" {
  value = aws_sqs_queue.q13.arn
}

output "queue_14" {
  value = aws_sqs_queue.q14.arn
}

output "queue_15" {
  value = aws_sqs_queue.q15.arn
}
