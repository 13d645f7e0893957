"""What the hub sees: decoding for watching, motion on every frame, objects where something moves.

``VideoFile`` and ``StreamDecoder`` make ``Frame``; ``Watch`` measures motion and says when to look;
``ObjectDetector`` looks. All are blocking and own no thread: the watcher and the detector process
each hold their own. Nothing here remembers *things*: that is ``consentry.events``.
"""
