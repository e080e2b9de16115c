"""What a host can ask for: batches of calls and documents, transforms, programs, previews."""
