"""From one stream to its viewers: join burst, bounded queues, slow viewers."""
