# What is kept, and what hunts ask.

resource "aws_s3_bucket" "logs" {
  bucket_prefix = "logs-"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "logs" {
  bucket = aws_s3_bucket_versioning.logs.bucket

  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 1
    }
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.logs.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket     = aws_s3_bucket.logs.id
  depends_on = [aws_s3_bucket_versioning.logs]

  rule {
    id     = "old"
    status = "Enabled"

    filter {
      prefix = "flow/"
    }

    expiration {
      days = var.changed ? 30 : 90
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
      Principal = { Service = "delivery.logs.amazonaws.com" }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.logs]
}

resource "aws_s3_object" "notes" {
  bucket  = aws_s3_bucket.notes.id
  key     = "notes.txt"
  content = var.changed ? "second" : "first"
}

resource "aws_s3_bucket" "notes" {
  bucket        = "notes-of-the-field"
  force_destroy = true
}

resource "aws_ssm_parameter" "endpoints" {
  name  = "/hub/endpoints"
  type  = "String"
  value = jsonencode({ zones = local.zones, changed = var.changed })
}

resource "aws_athena_workgroup" "hunts" {
  name          = "hunts"
  force_destroy = true

  configuration {
    bytes_scanned_cutoff_per_query = var.changed ? 20971520 : 10485760

    result_configuration {
      output_location = "s3://${aws_s3_bucket.notes.bucket}/results/"
    }
  }
}

resource "aws_glue_catalog_database" "logs" {
  name = "logs"
}

resource "aws_glue_catalog_table" "alerts" {
  name          = "alerts"
  database_name = aws_glue_catalog_database.logs.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { "projection.enabled" = tostring(var.changed) }

  partition_keys {
    name = "day"
    type = "string"
  }

  storage_descriptor {
    location = "s3://${aws_s3_bucket.logs.bucket}/alert/"

    columns {
      name = "event"
      type = "struct<src_ip:string>"
    }

    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
    }
  }
}
